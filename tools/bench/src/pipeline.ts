import { performance } from 'node:perf_hooks';
import { decodeImage, encodePng, type Raster } from '@sensorium/media';
import { loadPipeline, type ModelInMemory } from '@sensorium/orchestrator';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { residentMiB } from './memory.js';
import { buildModel, plugins, question, randomPicture, size, tokens } from './pipeline-model.js';
import type { Workload } from './workload.js';

const runsPerRound = 60;
const warmUp = 200;
const lastingRuns = 2000;

/**
 * One call of `pipeline.run` with the bytes of a picture and a question. The floor is what nobody can leave out: decoding
 * the picture, and a run of ONNX Runtime on tensors that were prepared before. Memory is that of the whole process, around
 * 2,000 runs and after dispose().
 */
export const pipeline: Workload = {
  description: `one pipeline.run of a ${size}×${size} picture and a question, attention fusion, cpu, one thread`,
  async run({ seed, rounds }) {
    const model = await buildModel(seed);
    const raster = randomPicture(seed);
    const png = await encodePng(raster);
    const { milliseconds, floorMilliseconds } = await measureTime(model, raster, png, rounds * runsPerRound);
    const ratio = milliseconds / floorMilliseconds;
    const memory = await measureMemory(model, png);
    return {
      table: [
        ['', 'ms', 'floor ms', 'ratio'],
        ['run', ...[milliseconds, floorMilliseconds, ratio].map((value) => value.toFixed(2))],
        ['', 'before', 'after', 'disposed'],
        [`MiB, ${memory.runs} runs`, ...[memory.beforeMiB, memory.afterMiB, memory.disposedMiB].map(String)],
      ],
      result: {
        measurements: [{ name: 'run', milliseconds, floorMilliseconds, ratio }],
        details: { size, tokens, modelBytes: model.model.length, memory },
      },
    };
  },
};

/**
 * The shortest call and the shortest bare run, taken in turns, so that a slow spell of the machine hits both. One thread
 * each: two pools of threads in one process would disturb each other.
 */
async function measureTime(model: ModelInMemory, raster: Raster, png: Uint8Array, repeats: number) {
  const loaded = await loadPipeline(model, { plugins, session: { threads: 1 } });
  const session = await InferenceSession.create(model.model, { intraOpNumThreads: 1 });
  const feeds = preparedFeeds(raster);
  const [ours, bare]: [number[], number[]] = [[], []];
  for (let repeat = 0; repeat < repeats; repeat++) {
    ours.push(await duration(() => loaded.run({ picture: png, question })));
    bare.push(await duration(() => decodeImage(png).then(() => session.run(feeds))));
  }
  await loaded.dispose();
  await session.release();
  return { milliseconds: Math.min(...ours), floorMilliseconds: Math.min(...bare) };
}

async function duration(run: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await run();
  return performance.now() - start;
}

function preparedFeeds({ data }: Raster): Record<string, Tensor> {
  // Ids of words begin at 2; the question mark is unknown, which is 1.
  const ids = Int32Array.from({ length: tokens }, (_, at) => (at < 5 ? at + 2 : at === 5 ? 1 : 0));
  return {
    picture: new Tensor('uint8', data as Uint8Array, [1, size, size, 3]),
    question: new Tensor('int32', ids, [1, tokens]),
  };
}

async function measureMemory(model: ModelInMemory, picture: Uint8Array) {
  const loaded = await loadPipeline(model, { plugins });
  const run = async (count: number): Promise<void> => {
    for (let index = 0; index < count; index++) await loaded.run({ picture, question });
  };
  await run(warmUp);
  const before = residentMiB();
  await run(lastingRuns);
  const after = residentMiB();
  await loaded.dispose();
  return { runs: lastingRuns, beforeMiB: before, afterMiB: after, disposedMiB: residentMiB() };
}
