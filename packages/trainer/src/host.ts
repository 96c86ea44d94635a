import type { Place, Store } from '@sensorium/data';
import type { Platform } from '@sensorium/orchestrator';
import type { ChosenFiles } from './data/chosen-files.js';
import type { Files } from './data/files.js';

/** What differs between Node and a page. */
export interface Host {
  readonly platform: Platform;
  /** Where plugins are looked for that nobody gave. */
  readonly from: readonly (string | URL)[];
  /** Where prepared tensors and features are kept, unless a store is given. */
  cache(): Store;
  /** Bytes of main memory that the process had at most until now; null where that cannot be known. */
  peakMemory(): number | null;
  /** The store of a model's folder: a path in Node, a folder of the page's private files on a page. */
  folder(path: string): Store;
  /** Where the paths of a manifest and of rows in memory begin. */
  origin(manifestFile: string | undefined, cache: Store): Origin;
}

/** Where paths begin: a folder, or files that a person chose. */
export interface Origin {
  /** What `readPluginFiles` of the orchestrator reads from. */
  readonly base: string | URL | ChosenFiles;
  /** How errors and hashes call a file. */
  pathOf(path: string): string;
  /** Throws SENSORIUM_NOT_FOUND, SENSORIUM_NO_PERMISSION, SENSORIUM_IO, and the signal's reason. */
  read(path: string, signal?: AbortSignal): Promise<Uint8Array>;
  /** Where tables lie. */
  readonly place: Place;
  /** The files that the cells of a table name, from where `findTable` says that they begin. */
  filesFrom(base: string): Files;
  /** Those that rows in memory name. */
  readonly files: Files;
  /** How a path is written in a manifest in another folder; undefined where that lies nowhere. */
  seenFrom(folder: string | undefined, path: string): string;
}
