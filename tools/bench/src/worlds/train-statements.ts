import { required, type Manifest, type Plugin } from '@sensorium/contracts';
import { train } from '@sensorium/trainer';
import { metricOf } from '../metric.js';

/** Shares of statements that are judged rightly. */
export interface Judged {
  /** Of the rows that the epoch was chosen on. */
  readonly chosen: number;
  readonly test: number;
  readonly seconds: number;
}

/** Trains a model with a head `truth` into a folder, and tells how often it is right. */
export async function trainStatements(manifest: Manifest, out: string, plugins: readonly Plugin[]): Promise<Judged> {
  const { metrics } = await train(manifest, { out, plugins });
  const { validation, test, seconds } = metrics;
  const right = (scores: typeof test): number =>
    metricOf({ scores: required(scores, 'the scores') }, 'truth', 'accuracy');
  return { chosen: right(validation), test: right(test), seconds };
}
