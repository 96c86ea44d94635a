import { join } from 'node:path';
import { required, type Manifest, type Plugin, type Tensor } from '@sensorium/contracts';
import { image } from '@sensorium/encoder-image';
import { caption, type CaptionPrediction } from '@sensorium/head-caption';
import type { Raster } from '@sensorium/media';
import { loadPipeline, MODEL_FILE, type Pipeline } from '@sensorium/orchestrator';
import { renderScene, sceneCaptions, trueFacts, type Scene, type SceneSplit } from '@sensorium/starter';
import { train } from '@sensorium/trainer';
import { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node';
import { percent } from './metric.js';
import { inScratch } from './scratch.js';
import type { Workload } from './workload.js';

const plugins: readonly Plugin[] = [image, caption];
const size = 64;
const mostObjects = 2;
const counts: Readonly<Record<SceneSplit, number>> = { train: 12_000, validation: 200, test: 1000 };
const epochs = 12;
/** Held-out pictures whose tokens are compared between model.onnx in bare ONNX Runtime and the step graph. */
const compared = 50;

const manifestOf = (seed: number): Manifest => ({
  sensorium: 1,
  name: 'captions',
  inputs: { image: { encoder: 'image', size } },
  heads: { caption: 'caption' },
  training: { epochs, seed },
});

interface Row {
  readonly scene: Scene;
  readonly image: Raster;
  readonly caption: string;
}

const rowsOf = (split: SceneSplit, seed: number): Row[] =>
  [...sceneCaptions({ seed, scenes: counts[split], mostObjects, split })].map(({ scene, caption }) => ({
    scene,
    image: renderScene(scene, { size }),
    caption,
  }));

/**
 * Pictures of one or two objects, of which a decoder says size, material, colour and shape: how many captions of held-out
 * pictures state nothing but what is true, and how many are the true one, letter by letter. Then the tokens of model.onnx
 * alone in ONNX Runtime, and those that the step graph gives place by place.
 */
export const sceneCaptionsTrue: Workload = {
  description: `captions of the scenes world, ${counts.train} pictures, ${epochs} epochs, cpu`,
  async run({ seed }) {
    return inScratch('captions', async (folder) => {
      const out = join(folder, 'model');
      const rows = (split: SceneSplit): { image: Raster; caption: string }[] =>
        rowsOf(split, seed).map(({ image, caption }) => ({ image, caption }));
      const tables = { rows: rows('train'), validation: rows('validation') };
      const { metrics } = await train(manifestOf(seed), { ...tables, out, plugins });
      const test = rowsOf('test', seed);
      const pipeline = await loadPipeline<{
        inputs: { image: Raster };
        heads: { caption: CaptionPrediction };
      }>(out, { plugins });
      try {
        const texts: string[] = [];
        for (const { image } of test) texts.push((await pipeline.run({ image })).caption.text);
        const share = (isRight: (text: string, row: Row) => boolean): number =>
          test.filter((row, index) => isRight(required(texts[index], 'a caption'), row)).length / test.length;
        const isTrue = share((text, { scene }) => trueFacts(text, scene));
        const exact = share((text, row) => text === row.caption);
        const agreement = await sameTokens(
          join(out, MODEL_FILE),
          pipeline as unknown as Pipeline,
          test.slice(0, compared),
        );
        return {
          table: [
            ['', 'held out', 'true facts alone', 'letter by letter'],
            ['captions', String(test.length), percent(isTrue), percent(exact)],
            ['', 'compared', 'same tokens'],
            ['bare ONNX Runtime, step graph', String(compared), String(agreement)],
          ],
          result: {
            trueFacts: isTrue,
            exact,
            compared,
            sameTokens: agreement,
            counts,
            epochs,
            seconds: metrics.seconds,
          },
        };
      } finally {
        await pipeline.dispose();
      }
    });
  },
};

/** Of how many pictures both give the same ids. */
async function sameTokens(file: string, pipeline: Pipeline, rows: readonly Row[]): Promise<number> {
  const session = await InferenceSession.create(file);
  let same = 0;
  for (const { image } of rows) {
    const whole = await idsOfModel(session, image);
    const stepwise = await idsOfSteps(pipeline, image, whole.length);
    if (String(whole) === String(stepwise)) same++;
  }
  await session.release();
  return same;
}

/** As a program without Sensorium has them. */
async function idsOfModel(session: InferenceSession, { data }: Raster): Promise<number[]> {
  const picture = new OrtTensor('uint8', data as Uint8Array, [1, size, size, 3]);
  const outputs = await session.run({ image: picture });
  return Array.from(required(outputs['caption.ids'], 'the output caption.ids').data as BigInt64Array, Number);
}

async function idsOfSteps(pipeline: Pipeline, image: Raster, places: number): Promise<number[]> {
  const start = await pipeline.graph('caption.memory').run({ image });
  const tensorOf = (name: string): Tensor =>
    required(start[name], `the output "${name}" of the graph "caption.memory"`);
  const step = pipeline.graph('caption.step');
  const ids: number[] = [];
  let cache = tensorOf('cache');
  while (ids.length < places && ids.at(-1) !== 0) {
    const tensors = { memory: tensorOf('memory'), mask: tensorOf('mask'), cache };
    const place = { token: whole(ids.at(-1) ?? 0), position: whole(ids.length) };
    const { logits, nextCache } = await step.run({}, { tensors: { ...tensors, ...place } });
    ids.push(largest(required(logits, 'the logits of a step').data as Float32Array));
    cache = required(nextCache, 'the next cache of a step');
  }
  return [...ids, ...new Array<number>(places - ids.length).fill(0)];
}

const whole = (value: number): Tensor => ({ dtype: 'int64', shape: [1, 1], data: BigInt64Array.of(BigInt(value)) });

const largest = (values: Float32Array): number => values.indexOf(values.reduce((a, b) => Math.max(a, b)));
