import { writeScenesSample } from './scenes-sample.js';
import { writeSensesSample } from './senses-sample.js';

/** Data to try Sensorium on, which a command writes. */
export interface Sample {
  /** In a line. */
  readonly description: string;
  /**
   * Writes tables, their files and a manifest into a folder, which is made. The same bytes every time. Throws
   * SENSORIUM_DISK_FULL, SENSORIUM_NO_PERMISSION, SENSORIUM_IO, and the signal's reason.
   */
  write(folder: string, options?: WriteSampleOptions): Promise<WrittenSample>;
}

export interface WriteSampleOptions {
  readonly signal?: AbortSignal;
  /** Hears how many of all rows are written. */
  readonly onProgress?: (progress: { readonly done: number; readonly total: number }) => void;
}

/** What was written; files by their paths within the folder, but for those of the example. */
export interface WrittenSample {
  readonly manifest: string;
  readonly tables: readonly { readonly file: string; readonly rows: number; readonly purpose: string }[];
  /** The table that the manifest does not train on. */
  readonly unseen: string;
  /** Its first row: what a model reads, and what is to be answered. */
  readonly example: {
    readonly inputs: Readonly<Record<string, string>>;
    readonly answers: Readonly<Record<string, string>>;
  };
}

export const samples: Readonly<Record<string, Sample>> = {
  scenes: {
    description: 'pictures of one object each, with questions about it and their answers',
    write: writeScenesSample,
  },
  senses: {
    description: 'one object each for every sense: seen, filmed, heard, measured, told',
    write: writeSensesSample,
  },
};
