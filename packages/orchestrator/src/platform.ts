import type { Backend, Media, MediaSource, Modality } from '@sensorium/contracts';

/** What differs between Node and the browser: which backends there are, and how media and files are read. */
export interface Platform {
  /** By name, each loaded when it is asked for. */
  readonly backends: Readonly<Record<string, () => Promise<Backend>>>;
  /** What a manifest means that names no backend. */
  readonly defaultBackends: readonly string[];
  decode(modality: Modality, source: MediaSource, name: string): Promise<Media>;
  /** A file of a model folder. Throws SENSORIUM_NOT_FOUND. */
  readFile(folder: string | URL, file: string): Promise<Uint8Array>;
}
