import type { Row } from '@sensorium/data';
import type { PredictionJson } from '../media.js';

/** The answers to a row of a table, or why there are none. */
export interface Line {
  /** From 1; the table's header does not count. */
  readonly row: number;
  readonly predictions?: Readonly<Record<string, PredictionJson>>;
  readonly notes?: readonly { readonly input: string; readonly note: string }[];
  readonly error?: Readonly<Record<string, unknown>>;
}

/** A file of answers, which is there when it is whole. */
export interface AnswerFile {
  /** Lines come in the order of the table. */
  add(line: Line, row: Row): Promise<void>;
  commit(): Promise<void>;
  dispose(): Promise<void>;
}
