import type { Plugin } from '@sensorium/contracts';
import type { Store } from '@sensorium/data';
import type { PackagesAtHand, readManifest } from '@sensorium/orchestrator';
import type { ChosenFiles } from '../data/chosen-files.js';
import type { OnProgress } from '../progress.js';

/** A manifest: in Node a path or an URL; YAML text; or an object. */
export type ManifestSource = Parameters<typeof readManifest>[0];

/** Where plugins come from. */
export interface PluginOptions {
  /**
   * Node: folders or package.json files whose dependencies may be loaded as plugins. Default: the working directory, and
   * where the program itself is.
   */
  readonly from?: readonly (string | URL)[];
  /** Plugins at hand. A page has no others but those of `packages`. */
  readonly plugins?: readonly Plugin[];
  /** Packages at hand, each imported where the manifest names a plugin of it. */
  readonly packages?: PackagesAtHand;
}

/** Where files are, and where is kept what is made of them. */
export interface FileOptions {
  /**
   * Files by their paths, in place of a disk: those of a directory that a person chose. Paths of a manifest and of rows begin
   * at its top, those of a table at its folder.
   */
  readonly files?: ChosenFiles;
  /** For prepared tensors. Default: in Node the folder `SENSORIUM_CACHE`, else `~/.cache/sensorium`; on a page memory. */
  readonly cache?: Store;
}

/** Rows in memory, in place of the tables that a manifest names. */
export interface RowOptions {
  /**
   * To train on: objects with a value for each column. A value is what its modality decodes: a text, a number, a path (in Node
   * from the working directory on), a URL, bytes, a Blob, or the decoded value.
   */
  readonly rows?: readonly object[];
  /** For validation. Default: a part of `rows`. */
  readonly validation?: readonly object[];
  readonly test?: readonly object[];
}

export interface CheckOptions extends PluginOptions, FileOptions, RowOptions {
  /** Overrides, each `a.b=value`. */
  readonly set?: readonly string[];
  /** Of the inputs this one alone, without the others and without fusions: what it tells by itself. */
  readonly alone?: string;
  /**
   * A first look: the model as it is, with some 1,000 rows and at most a minute of training. Default false: the whole of it.
   */
  readonly quick?: boolean;
  /** Instead of the manifest's. */
  readonly backend?: string | readonly string[];
  readonly onProgress?: OnProgress;
  readonly signal?: AbortSignal;
}
