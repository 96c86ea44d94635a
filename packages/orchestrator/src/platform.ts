import type { BackendPlugin, IO } from '@sensorium/contracts';
import type { Access } from '@sensorium/media';

/** Where addresses start: a folder or URL, or files that a person chose, by their names. */
export type Base = string | URL | ReadonlyMap<string, Blob>;

export interface IOOptions extends Pick<IO, 'name' | 'signal' | 'limits'> {
  /** What may be read beside files that a person chose. Default: everything. */
  readonly access?: Access;
}

/** What differs between Node and the browser: which backends there are, and how files are read. */
export interface Platform {
  /** By name, each loaded when it is asked for. Throws SENSORIUM_MISSING_PACKAGE where its package is not installed. */
  readonly backends: Readonly<Record<string, () => Promise<BackendPlugin>>>;
  /** What a manifest means that names no backend. */
  readonly defaultBackends: readonly string[];
  /** What runs in their place where none of them can. */
  readonly standIns: readonly string[];
  /** How errors call a file of a folder. */
  nameOf(folder: string | URL, file: string): string;
  /**
   * Reads addresses that are relative to `base`: by default the working directory, or the page. Its `read` throws
   * SENSORIUM_NOT_FOUND, SENSORIUM_NO_PERMISSION, SENSORIUM_IO, SENSORIUM_TIMEOUT, SENSORIUM_MEDIA_TOO_LARGE and the signal's
   * reason.
   */
  io(base?: Base, options?: IOOptions): IO;
}
