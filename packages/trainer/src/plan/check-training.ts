import { required, SensoriumError, type ResolvedManifest } from '@sensorium/contracts';
import type { Parts, ReadManifest } from '@sensorium/orchestrator';
import type { RowOptions } from './options.js';

const invalid = ({ locate }: ReadManifest, path: readonly string[], message: string, hint: string): SensoriumError =>
  new SensoriumError({ code: 'SENSORIUM_MANIFEST_INVALID', message, hint, location: locate([...path]) });

/** What the schema cannot say: options that would be without effect, or with a wrong one. */
export function checkTraining(
  { inputs, training, data }: ResolvedManifest,
  rows: RowOptions,
  read: ReadManifest,
): void {
  for (const [name, { missing, modalityDropout }] of Object.entries(inputs)) {
    if (modalityDropout === 0 || missing !== 'error') continue;
    throw invalid(
      read,
      ['inputs', name, 'modalityDropout'],
      `the input "${name}" may not be missing, so training must not leave it out`,
      'Set "missing" to skip, learned or impute, or modalityDropout to 0.',
    );
  }
  const table = rows.rows ? rows.validation : data.validation;
  if (training.patience !== null && training.validation === 0 && table === undefined) {
    throw invalid(
      read,
      ['training', 'patience'],
      'patience waits for a better validation score, and there is nothing to validate on',
      'Name a table in data.validation, set training.validation, or leave patience out.',
    );
  }
  if (training.balance === 'blend' && training.validation === 0 && table === undefined) {
    throw invalid(
      read,
      ['training', 'balance'],
      'blend weighs losses by what they are on held-out rows, and there are none',
      'Name a table in data.validation, set training.validation, or take another balance.',
    );
  }
}

/** Throws SENSORIUM_MANIFEST_INVALID where a head is to decide that has no metric. */
export function checkDecides({ training: { decides } }: ResolvedManifest, { heads }: Parts, read: ReadManifest): void {
  if (decides === undefined || required(heads[decides], `the head "${decides}"`).head.meter) return;
  const others = Object.entries(heads).flatMap(([name, { head }]) => (head.meter ? [name] : []));
  throw invalid(
    read,
    ['training', 'decides'],
    `the head "${decides}" has no metric by which epochs could be compared`,
    others.length > 0
      ? `Heads that have one: ${others.join(', ')}. Or leave training.decides out.`
      : 'Leave training.decides out: then the validation loss decides.',
  );
}

/** Where modalities are balanced, and there is no encoder that would learn by that. */
export function balanceNotes({ training }: ResolvedManifest, trained: readonly string[]): string[] {
  if (training.balance === null || trained.some((name) => name.startsWith('inputs/'))) return [];
  return [
    `training.balance: ${training.balance} does nothing but tell what each input loses alone, as no encoder is trained`,
  ];
}

/** Heads whose loss compares the samples of a batch, where a step has several batches. */
export function couplingNotes({ training }: ResolvedManifest, { heads }: Parts, accumulate: number): string[] {
  if (accumulate === 1) return [];
  return Object.entries(heads).flatMap(([name, { head }]) =>
    head.couplesSamples
      ? [
          `heads.${name} compares the samples of a batch with each other: of the ${accumulate} batches of a step (training.accumulate) each is compared by itself, ${training.batchSize} samples at most`,
        ]
      : [],
  );
}
