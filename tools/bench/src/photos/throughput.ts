import { required } from '@sensorium/contracts';
import { decodeImage, fit, readAddress, toRgb } from '@sensorium/media';
import type { Pipeline } from '@sensorium/orchestrator';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { bestInTurns } from '../time.js';
import { side } from './labels.js';

/** Calls that are under way at any time: some read and decode while one is computed. */
const underWay = 4;

/** Milliseconds a photograph, of the best round. */
export interface Throughput {
  readonly photos: number;
  /** From files, through a pipeline. */
  readonly pipeline: number;
  /** What it is compared with, by name. */
  readonly peers: Readonly<Record<string, number>>;
}

/** How long all photographs take, in milliseconds. */
export type Round = (paths: readonly string[]) => Promise<number>;

/** All of them in turns, so that a slow spell of the machine hits all alike. */
export async function measureThroughput(
  paths: readonly string[],
  pipeline: Pipeline,
  peers: Readonly<Record<string, Round>>,
  rounds: number,
): Promise<Throughput> {
  const all = [timed((own) => runAll(pipeline, own)), ...Object.values(peers)];
  // The first of each is slower.
  for (const round of all) await round(paths.slice(0, underWay));
  const best = await bestInTurns(
    all.map((round) => () => round(paths)),
    rounds,
  );
  const [own, ...others] = best.map((milliseconds) => milliseconds / paths.length);
  const names = Object.keys(peers);
  return {
    photos: paths.length,
    pipeline: required(own, 'the pipeline'),
    peers: Object.fromEntries(names.map((name, index) => [name, required(others[index], name)])),
  };
}

const timed =
  (work: (paths: readonly string[]) => Promise<unknown>): Round =>
  async (paths) => {
    const start = performance.now();
    await work(paths);
    return performance.now() - start;
  };

async function runAll(pipeline: Pipeline, paths: readonly string[]): Promise<void> {
  const waiting = paths.values();
  const work = async (): Promise<void> => {
    for (const photo of waiting) await pipeline.run({ photo });
  };
  await Promise.all(Array.from({ length: underWay }, work));
}

/** ONNX Runtime alone, on pixels that are decoded before, one after the other. */
export async function bareRuntime(
  file: string,
  paths: readonly string[],
  threads?: number,
): Promise<{ readonly round: Round; readonly dispose: () => Promise<void> }> {
  const session = await InferenceSession.create(file, threads === undefined ? {} : { intraOpNumThreads: threads });
  const name = required(session.inputNames[0], 'its input');
  const pixels = await Promise.all(paths.map(pixelsOf));
  return {
    round: timed(async (own) => {
      for (const tensor of pixels.slice(0, own.length)) await session.run({ [name]: tensor });
    }),
    dispose: () => session.release(),
  };
}

async function pixelsOf(path: string): Promise<Tensor> {
  const needs = { width: side, height: side, fit: 'squeeze' } as const;
  const { data } = fit(toRgb(await decodeImage(path, { read: readAddress }, { needs })), side, side, needs.fit);
  return new Tensor(
    'float32',
    Float32Array.from(data, (pixel) => (pixel - 128) / 128),
    [1, side, side, 3],
  );
}
