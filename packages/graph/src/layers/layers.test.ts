import type { SymbolicTensor, Tensor } from '@sensorium/contracts';
import { describe, expect, it } from 'vitest';
import {
  concat,
  constant,
  createScope,
  gradients,
  input,
  mul,
  slice,
  standardize,
  sum,
  toOnnx,
  type RootScope,
} from '../index.js';
import { evaluate, numbers, withSession } from '../testing/evaluate.js';
import { erf } from '../testing/operator-case.js';
import { range, reader, relativeError, spreadTensor, total } from '../testing/numbers.js';
import { makeTensor } from '@sensorium/tensors';
import { attention, crossAttentionBlock, transformerBlock } from './attention.js';
import { dropout } from './dropout.js';
import { learnedTokens } from './learned-tokens.js';
import { embedding, linear, mlp } from './linear.js';
import { groupNorm, instanceNorm, layerNorm, rmsNorm } from './norm.js';

type Matrix = number[][];

const weightsOf = (scope: RootScope): Record<string, Tensor> =>
  Object.fromEntries(
    scope.parameters.map(({ name, shape }, seed) => [name, spreadTensor('float32', shape, seed, -1, 1)]),
  );

const matrix = (tensor: Tensor | undefined): Matrix => {
  const [rows, columns] = tensor!.shape as [number, number];
  return range(rows).map((i) => numbers(tensor).slice(i * columns, (i + 1) * columns));
};
const multiply = (a: Matrix, b: Matrix): Matrix =>
  a.map((row) => b[0]!.map((_, j) => total(row.map((value, k) => value * b[k]![j]!))));
const affine = (x: Matrix, weights: Record<string, Tensor>, name: string): Matrix =>
  multiply(x, matrix(weights[`${name}/weight`])).map((row) =>
    row.map((v, j) => v + numbers(weights[`${name}/bias`])[j]!),
  );

/** Rows [T,D] of sample `b` of [B,T,D]. */
function sample(tensor: Tensor, b: number): Matrix {
  const [, rows, columns] = tensor.shape as [number, number, number];
  const read = reader(tensor);
  return range(rows).map((t) => range(columns).map((d) => read([b, t, d])));
}

/** softmax(q kᵀ / √width) v for each head of `width` columns, over the keys that `mask` keeps. */
function attend(q: Matrix, k: Matrix, v: Matrix, width: number, mask: readonly number[]): Matrix {
  return q.map((query) =>
    query.map((_, column) => {
      const head = range(width).map((i) => column - (column % width) + i);
      const scores = k.map((key) => total(head.map((d) => query[d]! * key[d]!)) / Math.sqrt(width));
      const weights = scores.map((score, s) => mask[s]! * Math.exp(score));
      return total(weights.map((weight, s) => weight * v[s]![column]!)) / total(weights);
    }),
  );
}

describe('attention', () => {
  const [query, context] = [spreadTensor('float32', [2, 3, 4], 1), spreadTensor('float32', [2, 5, 6], 2)];
  const mask = makeTensor('float32', [2, 5], [1, 1, 0, 1, 0, 1, 1, 1, 1, 1]);
  const scope = createScope();
  const output = attention(scope, input('query', 'float32', ['b', 3, 4]), input('context', 'float32', ['b', 5, 6]), {
    heads: 2,
    mask: input('mask', 'float32', ['b', 5]),
  });
  const weights = weightsOf(scope);
  const model = toOnnx({ outputs: { output }, weights });

  it('is the formula', async () => {
    const result = await withSession(model, (session) => session.run({ query, context, mask }));
    for (const b of [0, 1]) {
      const tokens = sample(context, b);
      const q = affine(sample(query, b), weights, 'query');
      const k = multiply(tokens, matrix(weights['key/weight']));
      const v = affine(tokens, weights, 'value');
      const merged = attend(q, k, v, 2, numbers(mask).slice(5 * b, 5 * b + 5));
      const expected = affine(merged, weights, 'output');
      expect(relativeError(sample(result['output']!, b).flat(), expected.flat())).toBeLessThan(1e-5);
    }
  });

  it('does not read masked tokens', async () => {
    const changed = { ...context, data: Float32Array.from(context.data as Float32Array) };
    changed.data.fill(100, 2 * 6, 3 * 6).fill(-100, 4 * 6, 5 * 6);
    await withSession(model, async (session) => {
      const before = await session.run({ query, context, mask });
      expect((await session.run({ query, context: changed, mask }))['output']?.data).toEqual(before['output']?.data);
    });
  });

  it('attends to a context as it would to tokens of its own, and leaves it as it is', async () => {
    const c = spreadTensor('float32', [2, 2, 4], 3);
    const feeds = { x: query, c, mask: makeTensor('float32', [2, 5], [1, 1, 0, 1, 1, 1, 0, 1, 1, 0]) };
    const [x, other] = [input('x', 'float32', [2, 3, 4]), input('c', 'float32', [2, 2, 4])];
    const mask = input('mask', 'float32', [2, 5]);
    const own = createScope();
    const block = transformerBlock(own, x, { heads: 2, context: standardize(other), mask });
    const whole = slice(transformerBlock(createScope(), concat([x, other], 1), { heads: 2, mask }), 1, 0, 3);
    const results = [
      await evaluate({ block }, feeds, weightsOf(own)),
      await evaluate({ whole }, feeds, weightsOf(own)),
    ];
    const [alone, expected] = [results[0]!['block']!, results[1]!['whole']!];
    expect(alone.shape).toEqual([2, 3, 4]);
    expect(relativeError(numbers(alone), numbers(expected))).toBeLessThan(1e-6);
  });

  it('looks at a context alone as it would where its own tokens are hidden', async () => {
    const feeds = { x: query, c: context, mask: makeTensor('float32', [2, 5], [1, 1, 0, 1, 1, 1, 0, 1, 1, 0]) };
    const [x, c] = [input('x', 'float32', [2, 3, 6]), input('c', 'float32', [2, 5, 6])];
    const wide = { ...feeds, x: spreadTensor('float32', [2, 3, 6], 4) };
    const mask = input('mask', 'float32', [2, 5]);
    const own = createScope();
    const alone = crossAttentionBlock(own, x, standardize(c), { heads: 2, mask });
    const hidden = concat([constant(Array<number>(6).fill(0), 'float32', [2, 3]), mask]);
    const whole = transformerBlock(createScope(), x, { heads: 2, context: standardize(c), mask: hidden });
    const weights = weightsOf(own);
    const { result } = await evaluate({ result: alone }, wide, weights);
    const { expected } = await evaluate({ expected: whole }, wide, weights);
    expect(relativeError(numbers(result), numbers(expected))).toBeLessThan(1e-6);
  });

  it('stays finite, and so do its gradients, where a sample has no token', async () => {
    const own = createScope();
    const x = input('x', 'float32', [2, 3, 4]);
    const block = transformerBlock(own, x, { heads: 2, mask: input('mask', 'float32', [2, 3]) });
    const [dx] = gradients(sum(mul(block, block)), [x]);
    const none = makeTensor('float32', [2, 3], [0, 0, 0, 1, 0, 1]);
    const result = await evaluate({ block, dx: dx! }, { x: query, mask: none }, weightsOf(own));
    for (const name of ['block', 'dx']) expect(numbers(result[name]).every(Number.isFinite)).toBe(true);
  });
});

/** The layer's result for x [2,3,4] and generated weights. */
async function apply(layer: (scope: RootScope, x: SymbolicTensor) => SymbolicTensor) {
  const scope = createScope();
  const x = spreadTensor('float32', [2, 3, 4], 5);
  const output = layer(scope, input('x', 'float32', ['batch', 3, 4]));
  const weights = weightsOf(scope);
  const { output: result } = await evaluate({ output }, { x }, weights);
  const rows = range(6).map((row) => numbers(x).slice(4 * row, 4 * row + 4));
  return { rows, weights, result: result!, scope };
}

describe('learned tokens', () => {
  it('are the same in every sample', async () => {
    const scope = createScope();
    const output = learnedTokens(scope, 'latents', { count: 2, dim: 3, like: input('x', 'float32', ['batch', 1]) });
    expect(output.shape).toEqual(['batch', 2, 3]);
    const weights = weightsOf(scope);
    expect(weights['latents']!.shape).toEqual([1, 2, 3]);
    const { output: result } = await evaluate({ output }, { x: makeTensor('float32', [2, 1], [0, 0]) }, weights);
    expect(numbers(result)).toEqual([...numbers(weights['latents']), ...numbers(weights['latents'])]);
  });
});

describe('layers', () => {
  it('linear is x · weight + bias', async () => {
    const { rows, weights, result } = await apply((scope, x) => linear(scope.at('a'), x, 5));
    expect(result.shape).toEqual([2, 3, 5]);
    expect(relativeError(numbers(result), affine(rows, weights, 'a').flat())).toBeLessThan(1e-6);
  });

  it('mlp is linear, GELU, linear', async () => {
    const { rows, weights, result } = await apply((scope, x) => mlp(scope, x, 7, 2));
    const hidden = affine(rows, weights, 'expand').map((row) => row.map((v) => v * 0.5 * (1 + erf(v * Math.SQRT1_2))));
    expect(relativeError(numbers(result), affine(hidden, weights, 'contract').flat())).toBeLessThan(1e-6);
  });

  it('layerNorm standardizes, scales and shifts', async () => {
    const { rows, weights, result, scope } = await apply(layerNorm);
    const [scale, shift] = [numbers(weights['scale']), numbers(weights['shift'])];
    const expected = rows.flatMap((row) => {
      const mean = total(row) / 4;
      const deviation = Math.sqrt(total(row.map((v) => (v - mean) ** 2)) / 4 + 1e-5);
      return row.map((v, d) => ((v - mean) / deviation) * scale[d]! + shift[d]!);
    });
    expect(relativeError(numbers(result), expected)).toBeLessThan(1e-6);
    expect(scope.parameters.map(({ decay }) => decay)).toEqual([false, false]);
  });

  it('rmsNorm divides by the root mean square and scales', async () => {
    const { rows, weights, result } = await apply((scope, x) => rmsNorm(scope, x));
    const scale = numbers(weights['scale']);
    const expected = rows.flatMap((row) => {
      const size = Math.sqrt(total(row.map((v) => v * v)) / 4 + 1e-6);
      return row.map((v, d) => (v / size) * scale[d]!);
    });
    expect(relativeError(numbers(result), expected)).toBeLessThan(1e-6);
  });

  it.each([
    ['groupNorm', (scope: RootScope, x: SymbolicTensor) => groupNorm(scope, x, 1), 12],
    ['instanceNorm', instanceNorm, 4],
  ] as const)('%s standardizes channels, scales and shifts them', async (_, layer, together) => {
    // [2,3,4] are three channels of four places.
    const { rows, weights, result, scope } = await apply(layer);
    const [scale, shift] = [numbers(weights['scale']), numbers(weights['shift'])];
    const x = rows.flat();
    const expected = x.map((v, index) => {
      const own = x.slice(index - (index % together), index - (index % together) + together);
      const mean = total(own) / together;
      const deviation = Math.sqrt(total(own.map((o) => (o - mean) ** 2)) / together + 1e-5);
      const channel = Math.floor(index / 4) % 3;
      return ((v - mean) / deviation) * scale[channel]! + shift[channel]!;
    });
    expect(relativeError(numbers(result), expected)).toBeLessThan(1e-6);
    expect(scope.parameters.map(({ shape, decay }) => ({ shape, decay }))).toEqual([
      { shape: [3], decay: false },
      { shape: [3], decay: false },
    ]);
  });

  it('embedding looks up rows', async () => {
    const scope = createScope();
    const rows = embedding(scope, input('ids', 'int32', ['batch', 2]), 4, 3);
    const weights = weightsOf(scope);
    const { rows: found } = await evaluate({ rows }, { ids: makeTensor('int32', [1, 2], [3, 1]) }, weights);
    const table = matrix(weights['table']);
    expect(numbers(found)).toEqual([...table[3]!, ...table[1]!]);
  });
});

describe('dropout', () => {
  it('sets its share to 0 and scales the rest, in the result and in the gradient', async () => {
    const rate = 0.25;
    const scope = createScope({ mode: 'training' });
    const x = input('x', 'float32', [256, 4]);
    const output = dropout(scope, x, rate);
    const [dx] = gradients(sum(output), [x]);
    // Every 256th four times: exactly a quarter of them lies below the rate.
    const noise = makeTensor(
      'float32',
      [256, 4],
      range(1024).map((k) => ((k * 37) % 256) / 256),
    );
    const result = await evaluate(
      { output, dx: dx! },
      {
        noise,
        x: makeTensor(
          'float32',
          [256, 4],
          range(1024).map(() => 3),
        ),
      },
    );
    const kept = numbers(noise).map((value) => Number(value >= rate));
    expect(total(kept)).toBe(768);
    expect(numbers(result['output'])).toEqual(kept.map((keep) => Math.fround(3 * Math.fround(keep / 0.75))));
    expect(numbers(result['dx'])).toEqual(kept.map((keep) => Math.fround(keep / 0.75)));
  });

  it('does nothing at inference', () => {
    const x = input('x', 'float32', [2]);
    expect(dropout(createScope(), x, 0.5)).toBe(x);
  });
});

it('a transformer block has the gradient of its finite differences in every parameter', async () => {
  const scope = createScope();
  const x = input('x', 'float32', [2, 3, 4]);
  const mask = input('mask', 'float32', [2, 3]);
  const block = layerNorm(scope.at('norm'), transformerBlock(scope.at('block'), x, { heads: 2, mask }));
  const loss = sum(mul(block, input('weight', 'float32', [2, 3, 4])));
  const leaves = [x, ...scope.parameters.map(({ symbol }) => symbol)];
  const names = ['x', ...scope.parameters.map(({ name }) => name)];
  const outputs = Object.fromEntries(gradients(loss, leaves).map((gradient, index) => [`d/${names[index]}`, gradient]));
  const feeds: Record<string, Tensor> = {
    ...weightsOf(scope),
    x: spreadTensor('float32', [2, 3, 4], 11),
    mask: makeTensor('float32', [2, 3], [1, 1, 0, 1, 1, 1]),
    weight: spreadTensor('float32', [2, 3, 4], 12, -1, 1),
  };
  await withSession(toOnnx({ outputs: { loss, ...outputs } }), async (session) => {
    const lossAt = async (name: string, direction: readonly number[], h: number): Promise<number> => {
      const own = feeds[name]!;
      const moved = makeTensor(
        'float32',
        own.shape,
        numbers(own).map((v, i) => v + h * direction[i]!),
      );
      return numbers((await session.run({ ...feeds, [name]: moved }, { outputs: ['loss'] }))['loss'])[0]!;
    };
    const found = await session.run(feeds);
    const [actual, expected]: [number[], number[]] = [[], []];
    for (const [seed, name] of names.entries()) {
      const direction = numbers(spreadTensor('float32', feeds[name]!.shape, seed, -1, 1));
      const h = 1e-2;
      actual.push(total(numbers(found[`d/${name}`]).map((d, i) => d * direction[i]!)));
      expected.push(((await lossAt(name, direction, h)) - (await lossAt(name, direction, -h))) / (2 * h));
    }
    expect(actual).toHaveLength(14);
    expect(relativeError(actual, expected)).toBeLessThan(1e-3);
  });
});
