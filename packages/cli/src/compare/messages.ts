import type { ErrorDetails } from '@sensorium/contracts';
import type { Progress, TrainOptions } from '@sensorium/trainer';

/** A training that a process is asked for. JSON. */
export interface Job {
  readonly source: string;
  readonly options: Pick<TrainOptions, 'set' | 'alone' | 'backend' | 'resume' | 'overwrite'> & { readonly out: string };
}

/** What that process tells. JSON. */
export type Message =
  | { readonly progress: Progress }
  /** The text of metrics.json. */
  | { readonly trained: string }
  | { readonly failed: ErrorDetails };

/** What it is told: to save a checkpoint and end. */
export const STOP = 'stop';
