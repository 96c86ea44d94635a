export type Phase = 'learn' | 'hash' | 'prepare' | 'features' | 'train' | 'epoch' | 'validate' | 'test' | 'save';

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
  /** The mean loss of the last steps. */
  readonly loss?: number;
  /** After an epoch: the validation score that decides, and its name. */
  readonly score?: { readonly name: string; readonly value: number };
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
