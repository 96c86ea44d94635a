import type { Metric } from '@sensorium/contracts';
import type { Decision } from './metrics.js';

export type Phase =
  | 'download'
  | 'learn'
  | 'hash'
  | 'prepare'
  | 'features'
  | 'range'
  | 'measure'
  | 'train'
  | 'epoch'
  | 'validate'
  | 'test'
  | 'robustness'
  | 'explain'
  | 'save';

/** What a long work is doing right now. */
export interface Progress {
  readonly phase: Phase;
  /** What is worked on: an input, a table. */
  readonly subject?: string;
  readonly done: number;
  readonly total: number;
  /** Seconds that this phase will still take, as far as it went at the same pace until now. */
  readonly secondsLeft?: number;
  /** While training: from 1. */
  readonly epoch?: number;
  readonly epochs?: number;
  /** Mean losses, of the last steps or of an epoch: the whole one, and its terms by name. */
  readonly loss?: number;
  readonly losses?: Readonly<Record<string, number>>;
  /** After an epoch that was validated: what decides. */
  readonly score?: Decision & { readonly metric: Metric };
}

export type OnProgress = (progress: Progress) => void;

/** Adds `secondsLeft` to reports of one phase, from its own clock. */
export function timed(onProgress: OnProgress | undefined, alreadyDone = 0): OnProgress {
  const start = performance.now();
  return (progress) => {
    if (!onProgress) return;
    const done = progress.done - alreadyDone;
    const pace = (performance.now() - start) / 1000 / Math.max(1, done);
    onProgress(done > 0 ? { ...progress, secondsLeft: pace * (progress.total - progress.done) } : progress);
  };
}
