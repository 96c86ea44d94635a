import { required } from '@sensorium/contracts';
import type { ClassificationPrediction } from '@sensorium/head-classification';
import type { Raster } from '@sensorium/media';
import { loadPipeline, type ModelInMemory, type Pipeline } from '@sensorium/orchestrator';
import { plugins, question, randomPicture } from './pipeline-model.js';
import { shortest } from './time.js';

export interface PipelineTiming {
  /** Of a call that is alone. */
  readonly milliseconds: number;
  /** Of calls that come at once, and share a batch. */
  readonly samplesPerSecond: number;
  /** The largest difference of a probability from that on cpu. */
  readonly difference: number;
}

interface Signature {
  inputs: { picture: Raster; question: string };
  heads: { answer: ClassificationPrediction };
}

const atOnce = 64;

/** Questions about pictures that are decoded: what remains is to prepare, to batch and to run. */
export async function timePipeline(
  model: ModelInMemory,
  backend: string,
  milliseconds: number,
): Promise<PipelineTiming> {
  const samples = Array.from({ length: atOnce }, (_, seed) => ({ picture: randomPicture(seed), question }));
  const all = (pipeline: Pipeline<Signature>) => Promise.all(samples.map((sample) => pipeline.run(sample)));
  const expected = await opened(model, 'cpu', all);
  return opened(model, backend, async (pipeline) => {
    const answers = await all(pipeline);
    const [sample] = samples;
    const one = await shortest(() => pipeline.run(required(sample, 'a sample')), milliseconds);
    const together = await shortest(() => all(pipeline), milliseconds);
    return {
      milliseconds: one,
      samplesPerSecond: (atOnce / together) * 1000,
      difference: Math.max(...answers.map((answer, at) => farthest(answer, required(expected[at], 'an answer')))),
    };
  });
}

async function opened<T>(
  model: ModelInMemory,
  backend: string,
  use: (pipeline: Pipeline<Signature>) => Promise<T>,
): Promise<T> {
  const pipeline = await loadPipeline<Signature>(model, { plugins, backend });
  try {
    return await use(pipeline);
  } finally {
    await pipeline.dispose();
  }
}

type Answer = Signature['heads'];

/** Over all labels. */
function farthest({ answer }: Answer, { answer: expected }: Answer): number {
  const probabilities = new Map(expected.candidates.map(({ label, probability }) => [label, probability]));
  const differences = answer.candidates.map(({ label, probability }) =>
    Math.abs(probability - required(probabilities.get(label), `the probability of ${label}`)),
  );
  return Math.max(...differences);
}
