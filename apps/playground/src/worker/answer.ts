import { required } from '@sensorium/contracts';
import type { ClassificationPrediction } from '@sensorium/head-classification';
import type { Pipeline, Signature } from '@sensorium/orchestrator';
import type { RunsOn } from './backend.js';

/** An answer as the page shows it. */
export interface Answer {
  /** The most probable labels, the best first. */
  readonly candidates: ClassificationPrediction['candidates'];
  /** Of decoding and computing. */
  readonly milliseconds: number;
  /** What was done to the values that a person should know. */
  readonly notes: readonly string[];
  readonly runsOn: RunsOn;
}

/** An answer, before it is known where it was computed. */
export type Computed = Omit<Answer, 'runsOn'>;

/** Runs a model that has a classification. Throws what decoding throws. */
export async function answerOf<S extends Signature>(
  pipeline: Pipeline<S>,
  sample: S['inputs'],
  head: keyof S['heads'] & string,
): Promise<Computed> {
  const notes: string[] = [];
  const begin = performance.now();
  const predictions = await pipeline.run(sample, { onNote: (_, note) => notes.push(note) });
  const milliseconds = performance.now() - begin;
  const { candidates } = required(predictions[head], `the answer "${head}"`) as unknown as ClassificationPrediction;
  return { candidates, milliseconds, notes };
}
