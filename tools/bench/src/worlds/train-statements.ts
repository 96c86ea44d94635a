import process from 'node:process';
import { required, type Manifest, type Plugin } from '@sensorium/contracts';
import { train, type Metrics, type Progress } from '@sensorium/trainer';
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
  const { validation, test, seconds } = await trainLesson(manifest, out, plugins);
  const right = (scores: typeof test): number =>
    metricOf({ scores: required(scores, 'the scores') }, 'truth', 'accuracy');
  return { chosen: right(validation), test: right(test), seconds };
}

/** Trains a model into a folder, and says on stderr how far it is. */
export async function trainLesson(manifest: Manifest, out: string, plugins: readonly Plugin[]): Promise<Metrics> {
  const name = required(manifest.name, 'the name of a lesson');
  return (await train(manifest, { out, plugins, onProgress: (progress) => tell(name, progress) })).metrics;
}

function tell(name: string, { phase, epoch, epochs, loss, score }: Progress): void {
  if (phase !== 'epoch') return;
  const reached = score ? `  ${score.name} ${score.metric.value.toFixed(4)}` : '';
  process.stderr.write(`${name}  epoch ${epoch}/${epochs}  loss ${loss?.toFixed(4)}${reached}\n`);
}
