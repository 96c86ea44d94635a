import type { ResolvedManifest } from '@sensorium/contracts';

/** What a step takes of the training rows. */
export interface StepSize {
  /** Samples of a batch. */
  readonly batchSize: number;
  /** Batches of a step. */
  readonly accumulate: number;
  /** Full steps of an epoch. */
  readonly perEpoch: number;
}

type Training = Pick<ResolvedManifest['training'], 'batchSize' | 'accumulate'>;

/** As the manifest says, as far as there are rows: a batch has no more of them than there are, a step neither. */
export function stepSizeOf(training: Training, rows: number): StepSize {
  const batchSize = Math.min(training.batchSize, rows);
  const accumulate = Math.min(training.accumulate, Math.floor(rows / batchSize));
  return { batchSize, accumulate, perEpoch: Math.floor(rows / (batchSize * accumulate)) };
}

/** What is not as the manifest says. */
export function stepSizeNotes(asked: Training, { batchSize, accumulate }: StepSize, rows: number): string[] {
  const told = (key: keyof Training, instead: string): string =>
    `training.${key} is ${asked[key]}, and there are ${rows} samples to train on: ${instead}`;
  return [
    ...(batchSize < asked.batchSize ? [told('batchSize', `a batch has ${batchSize}`)] : []),
    ...(accumulate < asked.accumulate ? [told('accumulate', `a step has ${accumulate} × ${batchSize}`)] : []),
  ];
}
