import type { Backend, Media, MediaSource, Modality } from '@sensorium/contracts';

/** Longer texts are refused, in UTF-16 units: no text encoder reads so much, and whoever sends it means something else. */
export const MAX_CHARACTERS = 50_000;

/** What differs between Node and the browser: which backends there are, and how media and files are read. */
export interface Platform {
  /** By name, each loaded when it is asked for. */
  readonly backends: Readonly<Record<string, () => Promise<Backend>>>;
  /** What a manifest means that names no backend. */
  readonly defaultBackends: readonly string[];
  /**
   * Texts may have up to 50,000 characters.
   *
   * @param name how errors call the source; default: its path, URL or file name
   */
  decode(modality: Modality, source: MediaSource, name?: string, signal?: AbortSignal): Promise<Media>;
  /**
   * A file of a folder, or in Node one with an absolute path. Throws SENSORIUM_NOT_FOUND, SENSORIUM_NO_PERMISSION,
   * SENSORIUM_IO.
   */
  readFile(folder: string | URL, file: string): Promise<Uint8Array>;
}
