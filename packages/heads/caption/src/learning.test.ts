import { cpu } from '@sensorium/backend-node';
import type { Head, Symbols, Tensor, Tensors } from '@sensorium/contracts';
import { createRandom } from '@sensorium/data';
import { createScope, input, toOnnx } from '@sensorium/graph';
import { makeTensor, rows as sliceRows, stack } from '@sensorium/tensors';
import { expectAllClose, runGraph, someWeights } from '@sensorium/testkit';
import { beforeAll, describe, expect, it } from 'vitest';
import { caption, type CaptionPrediction } from './index.js';
import { allRows, featuresOf, textOf, WIDTH, type Row } from './testing/rows.js';
import { modelOf, train } from './testing/train.js';

const BATCH = 32;
const all = allRows();
const [unseen, seen] = [all.slice(0, 40), all.slice(40)];

const features: Symbols = {
  tokens: input('row.tokens', 'float32', ['batch', 4, WIDTH]),
  mask: input('row.mask', 'float32', ['batch', 4]),
  present: input('row.present', 'float32', ['batch', 1]),
};

/** What the graph over `features` is fed. */
const fed = (rows: readonly Row[]): Tensors =>
  Object.fromEntries(Object.entries(featuresOf(rows)).map(([name, tensor]) => [`row.${name}`, tensor]));

describe('a decoder that learned to name colours in their order', () => {
  let head: Head<string, CaptionPrediction>;
  let weights: Tensors;
  let answer: Record<string, Tensor>;
  const targets = (rows: readonly Row[]): Tensors => stack(rows.map((row) => head.target!.prepare(textOf(row))));
  const answers = (rows: readonly Row[]) =>
    runGraph(head.answer!(createScope(), modelOf(features)), fed(rows), weights);

  beforeAll(async () => {
    const texts = async function* (): AsyncGenerator<string> {
      yield* seen.map(textOf);
    };
    const given = caption.options.parse({ dim: 32, layers: 2, heads: 2 });
    head = caption.create(await caption.learn!(given, texts(), new Map()), new Map(), ['row']);
    const random = createRandom(1);
    weights = await train({
      steps: 400,
      learningRate: 3e-3,
      batch() {
        const rows = Array.from({ length: BATCH }, () => seen[random.integer(seen.length)]!);
        return { ...featuresOf(rows), ...targets(rows) };
      },
      loss: (scope, x) => head.loss!(scope, modelOf(x), x),
    });
    answer = await answers(unseen);
  });

  it('names rows that it never saw, letter by letter', () => {
    expect(head.decode!(answer).map(({ text }) => text)).toEqual(unseen.map(textOf));
  });

  it('gives pieces that are the text side by side, and how sure it is', () => {
    for (const { text, tokens, confidence } of head.decode!(answer)) {
      expect(tokens.join('')).toBe(text);
      expect(tokens.length).toBeGreaterThan(1);
      expect(confidence).toBeGreaterThan(0.9);
      expect(confidence).toBeLessThan(1);
    }
  });

  it('leaves boundaries and probabilities of 0 after the end', () => {
    const [ids, probabilities] = ['ids', 'probabilities'].map((name) => Array.from(answer[name]!.data, Number));
    expect(answer['ids']!.dtype).toBe('int64');
    const length = answer['ids']!.shape[1]!;
    for (const row of unseen.keys()) {
      const own = ids!.slice(row * length, (row + 1) * length);
      const end = own.indexOf(0);
      expect(own.slice(end).every((id) => id === 0)).toBe(true);
      const after = probabilities!.slice(row * length, (row + 1) * length).slice(end);
      expect(after[0]).toBeGreaterThan(0.5);
      expect(after.slice(1).every((probability) => probability === 0)).toBe(true);
    }
  });

  it('answers a sample the same by itself as among others', async () => {
    for (const index of [0, 17]) {
      const alone = await answers([unseen[index]!]);
      const among = sliceRows(answer, index, index + 1);
      expect(alone['ids']).toEqual(among['ids']);
      expectAllClose(
        Array.from(alone['probabilities']!.data, Number),
        Array.from(among['probabilities']!.data, Number),
      );
    }
  });

  it('is as sure, place by place with a cache, as the loss of the whole text says', async () => {
    const ids = makeTensor('int32', answer['ids']!.shape, Array.from(answer['ids']!.data, Number));
    const confidences = head.decode!(answer).map(({ confidence }) => confidence);
    for (const index of [0, 1, 2]) {
      const loss = head.loss!(createScope(), modelOf(features), {
        ids: input('ids', 'int32', ['batch', ids.shape[1]!]),
      });
      const own = { ...fed([unseen[index]!]), ...sliceRows({ ids }, index, index + 1) };
      const result = await runGraph({ loss }, own, weights);
      expectAllClose([Math.exp(-Number(result['loss']!.data[0]))], [confidences[index]!]);
    }
  });

  it('writes the same text step by step', async () => {
    const build = (name: string): Uint8Array =>
      toOnnx({ outputs: head.graphs![name]!(createScope(), modelOf(features)), weights });
    const [start, step] = await Promise.all([cpu.load(build('memory')), cpu.load(build('step'))]);
    expect(step.inputNames).toEqual(['token', 'position', 'cache', 'memory', 'mask']);
    const { memory, mask, cache } = await start.run(fed(unseen));
    const [samples, places] = answer['ids']!.shape as [number, number];
    const column = (numbers: readonly number[]): Tensor => makeTensor('int64', [samples, 1], numbers);
    let [token, state] = [column(Array<number>(samples).fill(0)), cache!];
    const written = Array.from({ length: samples }, (): number[] => []);
    for (let place = 0; place < places; place++) {
      const position = column(Array<number>(samples).fill(place));
      const { logits, nextCache } = await step.run({ memory: memory!, mask: mask!, token, position, cache: state });
      const width = logits!.shape[1]!;
      const best = written.map((own, row) => {
        if (own.at(-1) === 0) return 0;
        const scores = Array.from(logits!.data, Number).slice(row * width, (row + 1) * width);
        return scores.indexOf(Math.max(...scores));
      });
      best.forEach((id, row) => written[row]!.push(id));
      [token, state] = [column(best), nextCache!];
    }
    expect(written.flat()).toEqual(Array.from(answer['ids']!.data, Number));
    await Promise.all([start.dispose(), step.dispose()]);
  });
});

it('stops when every text has ended', async () => {
  const options = caption.options.parse({ dim: 8, layers: 1, heads: 1, tokens: 1000, vocabulary: ['a', 'b'] });
  const head = caption.create(options, new Map(), ['row']);
  const scope = createScope();
  const outputs = head.answer!(scope, modelOf(features));
  const weights = someWeights(scope.parameters);
  /** Pieces of a text whose end is so likely at every place, and the processor's milliseconds in the fastest of three runs. */
  const write = async (end: number): Promise<{ pieces: number; milliseconds: number }> => {
    const bias = makeTensor('float32', [4], [end, -1e3, 0, 0]);
    const session = await cpu.load(toOnnx({ outputs, weights: { ...weights, 'logits/bias': bias } }), { threads: 1 });
    let [pieces, milliseconds] = [NaN, Infinity];
    for (let run = 0; run < 3; run++) {
      const start = process.cpuUsage();
      const answer = await session.run(fed(all.slice(0, 1)));
      milliseconds = Math.min(milliseconds, process.cpuUsage(start).user / 1000);
      pieces = head.decode!(answer)[0]!.tokens.length;
    }
    await session.dispose();
    return { pieces, milliseconds };
  };
  const [short, long] = [await write(1e3), await write(-1e3)];
  expect([short.pieces, long.pieces]).toEqual([0, 1000]);
  expect(short.milliseconds).toBeLessThan(long.milliseconds / 5);
});

it('says that heads must divide dim', () => {
  const options = caption.options.parse({ dim: 10, heads: 4, tokens: 2, vocabulary: ['a'] });
  const head = caption.create(options, new Map(), ['row']);
  expect(() => head.answer!(createScope(), modelOf(features))).toThrow(
    expect.objectContaining({ code: 'SENSORIUM_SHAPE', message: '4 heads do not divide the width 10' }),
  );
});
