import { cpu } from '@sensorium/backend-node';
import { required, type Symbols, type Tensor, type Tensors } from '@sensorium/contracts';
import { createRandom } from '@sensorium/data';
import { createScope, input } from '@sensorium/graph';
import { numbers } from '@sensorium/graph/testing';
import { makeTensor, stack } from '@sensorium/tensors';
import { conformsAsHead, conformsToReadme, runGraph } from '@sensorium/testkit';
import { adamw, schedule, trainingProgram } from '@sensorium/training';
import { describe, expect, it } from 'vitest';
import { data2vec } from './index.js';
import { seriesModel, WIDTH } from './testing/series-model.js';

conformsAsHead(data2vec, {
  options: [
    {},
    { hidden: 0.3, block: 1, layers: 1, momentum: 0.9, finalMomentum: 0.95, beta: 0.5, predictor: 32 },
    { hidden: 0.9, block: 2, layers: 2 },
  ],
});
conformsToReadme(data2vec, new URL('../README.md', import.meta.url), (name) => import(name) as Promise<object>);

const [SAMPLES, PLACES] = [3, 6];
const specs = (name: string, samples: number | string = SAMPLES): Symbols => ({
  [`${name}.values`]: input(`${name}.values`, 'float32', [samples, PLACES, 1]),
  [`${name}.mask`]: input(`${name}.mask`, 'float32', [samples, PLACES]),
  [`${name}.present`]: input(`${name}.present`, 'float32', [samples, 1]),
});
const random = createRandom(1, 'data2vec');
const randomTensor = (name: string, shape: readonly number[]): Tensor => {
  const [stream, size] = [random.fork(name), shape.reduce((a, b) => a * b, 1)];
  return makeTensor(
    'float32',
    shape,
    Array.from({ length: size }, () => stream.normal()),
  );
};
/** The second sample ends in padding, the third has no such input. */
const fed = (name: string): Tensors => ({
  [`${name}.values`]: randomTensor(`${name}.values`, [SAMPLES, PLACES, 1]),
  [`${name}.mask`]: makeTensor('float32', [SAMPLES, PLACES], [1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 1, 1, 1, 1, 1, 1]),
  [`${name}.present`]: makeTensor('float32', [SAMPLES, 1], [1, 1, 0]),
});

type Options = Partial<Parameters<typeof data2vec.create>[0]>;
const create = (given: Options, names: readonly string[]) =>
  data2vec.create(data2vec.options.parse(given), new Map(), names);

/** The loss over inputs of the given names, what it asked of the model, and the values of all that. */
async function lossOf(names: readonly string[], given: Options, progress = 0) {
  const scope = createScope({ progress: input('progress', 'float32', []) });
  const model = seriesModel(scope, names, Object.assign({}, ...names.map((name) => specs(name))) as Symbols);
  const loss = create(given, names).loss!(scope.at('heads', 'objective'), model, {});
  const feeds = {
    ...(Object.assign({}, ...names.map(fed)) as Tensors),
    ...Object.fromEntries(scope.noises.map(({ name, shape }) => [name, randomTensor(name, shape as number[])])),
    progress: makeTensor('float32', [], [progress]),
  };
  const weights = Object.fromEntries(
    [...scope.parameters, ...scope.followers].map(({ name, symbol }) => [
      name,
      randomTensor(name, symbol.shape as number[]),
    ]),
  );
  const run = async (outputs: Symbols): Promise<Record<string, number[]>> => {
    const results = await runGraph(outputs, feeds, weights);
    return Object.fromEntries(Object.entries(results).map(([name, tensor]) => [name, numbers(tensor)]));
  };
  const [value] = (await run({ loss }))['loss']!;
  return { value: value!, calls: model.calls, run, weights, scope };
}

/** [..] → rows of the given width */
const rows = (values: readonly number[], width: number): number[][] =>
  Array.from({ length: values.length / width }, (_, row) => values.slice(row * width, (row + 1) * width));
const average = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

describe('data2vec', () => {
  it.each([
    [1, 2],
    [2, 0.1],
    [9, 1],
  ])('predicts the mean of the last %i layers with a smooth L1 loss, β = %d', async (layers, beta) => {
    const { value, calls, run, weights } = await lossOf(['a'], { layers, beta, predictor: 5 });
    const student = calls.find(({ options }) => options.hidden)!;
    const teacher = calls.find(({ options }) => options.teacher !== undefined)!;
    const depth = teacher.features.layers!.length;
    const results = await run({
      hidden: student.options.hidden!,
      tokens: student.features.tokens,
      ...Object.fromEntries(teacher.features.layers!.map((layer, index) => [`layer${index}`, layer])),
    });
    const weight = (name: string): number[] => numbers(weights[`heads/objective/a/${name}`]);
    const linear = (x: readonly number[], name: string): number[] => {
      const [matrix, bias] = [weight(`${name}/weight`), weight(`${name}/bias`)];
      return bias.map((start, column) =>
        x.reduce((sum, own, row) => sum + own * matrix[row * bias.length + column]!, start),
      );
    };
    const gelu = (x: number): number => 0.5 * x * (1 + erf(x / Math.SQRT2));
    const lengths = [6, 3, 6];
    const normalized = (layer: number): number[][][] =>
      rows(results[`layer${layer}`]!, PLACES * WIDTH).map((sample, index) => {
        const tokens = rows(sample, WIDTH);
        const channels = Array.from({ length: WIDTH }, (_, channel) => {
          const own = tokens.slice(0, lengths[index]).map((token) => token[channel]!);
          const variance = average(own.map((one) => (one - average(own)) ** 2));
          return { mean: average(own), deviation: Math.sqrt(variance + 1e-5) };
        });
        return tokens.map((token) => token.map((one, c) => (one - channels[c]!.mean) / channels[c]!.deviation));
      });
    const last = Array.from({ length: depth }, (_, layer) => normalized(layer)).slice(-layers);
    const losses = rows(results['hidden']!, PLACES).map((hidden, sample) => {
      const places = hidden.flatMap((one, place) => (one === 1 ? [place] : []));
      const errors = places.map((place) => {
        const token = rows(results['tokens']!, WIDTH)[sample * PLACES + place]!;
        const predicted = linear(linear(token, 'expand').map(gelu), 'contract');
        return average(
          predicted.map((one, channel) => {
            const error = Math.abs(one - average(last.map((layer) => layer[sample]![place]![channel]!)));
            return error < beta ? (0.5 * error ** 2) / beta : error - 0.5 * beta;
          }),
        );
      });
      return errors.length ? average(errors) : 0;
    });
    // 60 % of 6 and of 3 tokens, and none of a missing input.
    expect(rows(results['hidden']!, PLACES).map((row) => row.reduce((a, b) => a + b))).toEqual([4, 2, 0]);
    expect(value).toBeCloseTo(average(losses), 4);
  });

  it('is the mean over all inputs', async () => {
    const both = await lossOf(['a', 'b'], {});
    const each = await Promise.all([lossOf(['a'], {}), lossOf(['b'], {})]);
    expect(both.value).toBeCloseTo(average(each.map(({ value }) => value)), 5);
  });

  it('shows the teacher everything, with weights that follow the slower the further training is', async () => {
    const given = { momentum: 0.9, finalMomentum: 0.96 };
    for (const [progress, expected] of [
      [0, 0.9],
      [0.5, 0.93],
      [1, 0.96],
    ] as const) {
      const { calls, run } = await lossOf(['a', 'b'], given, progress);
      const teachers = calls.filter(({ options }) => options.teacher !== undefined);
      expect(teachers.map(({ name, options }) => [name, options.hidden])).toEqual([
        ['a', undefined],
        ['b', undefined],
      ]);
      for (const { options } of teachers) {
        if (typeof options.teacher !== 'object') throw new Error('the momentum is fixed');
        const { momentum } = await run({ momentum: options.teacher });
        expect(momentum![0]).toBeCloseTo(expected, 6);
      }
    }
  });

  it('has a teacher that no gradient reaches, and none for what the student alone has', async () => {
    const { scope } = await lossOf(['a'], {});
    const followed = scope.followers.map(({ parameter }) => parameter.name);
    const encoder = scope.parameters.map(({ name }) => name).filter((name) => name.startsWith('inputs/'));
    expect(followed).toEqual(encoder.filter((name) => name !== 'inputs/a/hidden'));
  });
});

/** Abramowitz & Stegun 7.1.26: the error is below 1.5e-7. */
function erf(x: number): number {
  const t = 1 / (1 + 0.3275911 * Math.abs(x));
  const series = [0.254829592, -0.284496736, 1.421413741, -1.453152027, 1.061405429];
  const polynomial = series.reduceRight((sum, coefficient) => (sum + coefficient) * t, 0);
  return Math.sign(x) * (1 - polynomial * Math.exp(-x * x));
}

it('learns to tell what is hidden from what is not: sines of any phase', async () => {
  const [steps, batch] = [300, 16];
  const stream = createRandom(2, 'sines');
  const sines = (): Tensors => {
    const phases = Array.from({ length: batch }, () => 2 * Math.PI * stream.uniform());
    const values = phases.flatMap((phase) => Array.from({ length: PLACES }, (_, place) => Math.sin(phase + place)));
    return {
      'a.values': makeTensor('float32', [1, batch, PLACES, 1], values),
      'a.mask': makeTensor('float32', [1, batch, PLACES], Array<number>(batch * PLACES).fill(1)),
      'a.present': makeTensor('float32', [1, batch, 1], Array<number>(batch).fill(1)),
    };
  };
  const fedOnce = stack(Array.from({ length: steps }, sines));
  const program = trainingProgram({
    batch: Object.fromEntries(
      Object.entries(fedOnce).map(([name, { dtype, shape }]) => [name, { dtype, shape: shape.slice(1) }]),
    ),
    build: (scope, x) => ({
      loss: create({ hidden: 0.4, block: 1 }, ['a']).loss!(
        scope.at('heads', 'objective'),
        seriesModel(scope, ['a'], x),
        {},
      ),
    }),
    optimizer: adamw({ weightDecay: 0 }),
    learningRate: 3e-3,
    schedule: schedule({ shape: 'cosine', steps, warmup: 20 }),
    clip: 1,
    steps,
  });
  const noise = program.noise.map(({ name, shape }): [string, Tensor] => {
    const all = [steps, ...shape];
    return [name, { dtype: 'uint8', shape: all, data: stream.fork(name).bytes(all.reduce((a, b) => a * b)) }];
  });
  const session = await cpu.load(program.model);
  const { loss } = await session.run(
    {
      ...program.initialState(createRandom(1)),
      ...fedOnce,
      ...Object.fromEntries(noise),
      steps: makeTensor('int64', [], [steps]),
    },
    { outputs: ['loss'] },
  );
  await session.dispose();
  const losses = numbers(required(loss, 'the loss'));
  // Targets have a variance of 1: whoever knows nothing but that loses x² / 2β = 1/4.
  expect(average(losses.slice(-20))).toBeLessThan(0.05);
});
