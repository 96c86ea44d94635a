import { required, type Manifest, type SymbolicTensor, type Tensor, type Tensors } from '@sensorium/contracts';
import { createRandom } from '@sensorium/data';
import { add, gradients, input, inputsOf, mean, mul, square, sub, toOnnx } from '@sensorium/graph';
import { expectAllClose, runGraph, someWeights } from '@sensorium/testkit';
import { describe, expect, it } from 'vitest';
import { declared, graphOf, renamed, size, symbolOf } from '../testing/graph-of.js';
import { labels, words } from '../testing/small-model.js';
import { inferenceModel } from './export.js';

const photo = { encoder: 'image', size: 16, dim: 16, channels: 8, augment: {} };
const heads = { answer: { use: 'classification', labels } };

/** Two pictures of a sample. */
const pair = (right: object): Manifest => ({
  sensorium: 1,
  inputs: { left: photo, right: right as typeof photo },
  fusion: { use: 'concat', dim: 8, hidden: 8 },
  heads,
});

const pixels = (name: string, ...shape: number[]): Tensor => {
  const length = shape.reduce((a, b) => a * b, 1);
  return { dtype: 'uint8', shape, data: createRandom(3, name).bytes(length) };
};

/** Word ids of the vocabulary, padding after them. */
const ids = (...texts: readonly number[][]): Tensor => ({
  dtype: 'int32',
  shape: [texts.length, 6],
  data: Int32Array.from(texts.flatMap((text) => Array.from({ length: 6 }, (_, index) => text[index] ?? 0))),
});

const floats = (shape: number[], ...data: number[]): Tensor => ({
  dtype: 'float32',
  shape,
  data: Float32Array.from(data),
});

const part = ({ dtype, shape, data }: Tensor, from: number, to: number): Tensor => {
  const length = data.length / required(shape[0], 'rows');
  return { dtype, shape: [to - from, ...shape.slice(1)], data: data.slice(from * length, to * length) };
};

describe('tied inputs', () => {
  const tied = pair({ encoder: 'image', tied: 'left' });
  const apart = pair(photo);
  const x: Tensors = { left: pixels('left', 2, 16, 16, 3), right: pixels('right', 2, 16, 16, 3) };

  /** Something that reads both pictures, and not alike. */
  const lossOf = (left: SymbolicTensor, right: SymbolicTensor): SymbolicTensor =>
    mean(square(sub(left, mul(right, 3))));

  it('have half of the parameters, at the place of the first', async () => {
    const [one, two] = [await graphOf(tied, 2), await graphOf(apart, 2)];
    for (const { graph } of [one, two]) ['left', 'right'].forEach((name) => graph.features(name));
    expect(size(one.scope)).toBe(size(two.scope) / 2);
    expect(declared(one.scope).every((name) => name.startsWith('inputs/left/'))).toBe(true);
  });

  it.each([
    ['left', 'right'],
    ['right', 'left'],
  ])('have them whichever is read first: %s', async (first, second) => {
    const { graph, scope } = await graphOf(tied, 2);
    const features = [graph.features(first), graph.features(second)];
    const weights = someWeights(scope.parameters);
    const same = { ...x, right: required(x['left'], 'left') };
    const { a, b } = await runGraph({ a: features[0]!.pooled, b: features[1]!.pooled }, same, weights);
    expectAllClose(a!, b!, { relative: 0, absolute: 0 });
  });

  it('sum the gradients of all uses', async () => {
    const one = await graphOf(tied, 2);
    const two = await graphOf(apart, 2);
    const [lossOne, lossTwo] = [one, two].map(({ graph }) =>
      lossOf(graph.features('left').pooled, graph.features('right').pooled),
    );
    const names = declared(one.scope);
    const weights = someWeights(one.scope.parameters);
    const gradientsOf = async (loss: SymbolicTensor, scope: typeof one.scope, wanted: string[], values: Tensors) => {
      const found = gradients(
        loss,
        wanted.map((name) => symbolOf(scope, name)),
      );
      return runGraph(Object.fromEntries(wanted.map((name, index) => [`d/${name}`, found[index]!])), x, values);
    };
    const right = names.map((name) => name.replace('inputs/left', 'inputs/right'));
    const shared = await gradientsOf(lossOne!, one.scope, names, weights);
    const single = await gradientsOf(lossTwo!, two.scope, [...names, ...right], {
      ...weights,
      ...renamed(weights, 'inputs/left', 'inputs/right'),
    });
    for (const [index, name] of names.entries()) {
      const [a, b] = [single[`d/${name}`]!, single[`d/${right[index]}`]!];
      const sum = Array.from(a.data as Float32Array, (value, place) => value + Number(b.data[place]));
      expect(sum.some((value) => value !== 0)).toBe(true);
      expectAllClose(shared[`d/${name}`]!.data, sum);
    }
  });

  it('have each a stand-in of its own', async () => {
    const manifest: Manifest = {
      ...tied,
      inputs: { left: photo, right: { encoder: 'image', tied: 'left', missing: 'learned' } },
    };
    const { graph, scope } = await graphOf(manifest, 2);
    graph.features('right');
    expect(declared(scope).filter((name) => !name.startsWith('inputs/left/'))).toEqual([
      'inputs/right/missing/token',
      'inputs/right/missing/pooled',
    ]);
  });
});

describe('an input of many values', () => {
  const manifest = (encoder: object): Manifest => ({
    sensorium: 1,
    inputs: { views: encoder as typeof words },
    heads,
  });
  const single = async (encoder: object, x: Tensor, weights: Tensors): Promise<Record<string, Tensor>> => {
    const { graph } = await graphOf(manifest(encoder), required(x.shape[0], 'rows'));
    const { tokens, mask, pooled } = graph.features('views');
    return runGraph({ tokens, mask, pooled }, { views: x }, weights);
  };

  it('stands one value after the other; pooled is the mean of those that are there', async () => {
    const { graph, scope, x } = await graphOf(manifest({ ...words, many: 3, missing: 'skip' }), 2);
    expect(Object.entries(x).map(([name, { dtype, shape }]) => [name, dtype, shape])).toEqual([
      ['views.ids', 'int32', [2, 3, 6]],
      ['views.given', 'float32', [2, 3]],
      ['views.present', 'float32', [2, 1]],
    ]);
    const features = graph.features('views');
    expect(features.tokens.shape).toEqual([2, 18, 8]);
    expect(features.layers?.map(({ shape }) => shape)).toEqual([[2, 18, 8]]);
    const weights = someWeights(scope.parameters);
    const texts = ids([2, 3], [5, 6, 4], [], [], [], []);
    const { tokens, mask, pooled, present } = await runGraph(
      { tokens: features.tokens, mask: features.mask, pooled: features.pooled, present: features.present },
      {
        'views.ids': { ...texts, shape: [2, 3, 6] },
        'views.given': floats([2, 3], 1, 1, 0, 0, 0, 0),
        'views.present': floats([2, 1], 1, 0),
      },
      weights,
    );
    const alone = await single(words, texts, weights);
    expectAllClose(part(tokens!, 0, 1).data, part(alone['tokens']!, 0, 3).data);
    expectAllClose(mask!.data, [...part(alone['mask']!, 0, 2).data, ...new Float32Array(24)].map(Number));
    const [first, second] = [part(alone['pooled']!, 0, 1).data, part(alone['pooled']!, 1, 2).data];
    const average = Array.from(first as Float32Array, (value, index) => (value + Number(second[index])) / 2);
    expectAllClose(pooled!.data, [...average, ...new Float32Array(8)]);
    expectAllClose(present!, floats([2, 1], 1, 0));
  });

  it('keeps how the places of a picture lie, and no maps', async () => {
    const { graph } = await graphOf(manifest({ ...photo, many: 2 }), 1);
    const features = graph.features('views');
    const { grid } = (await graphOf(manifest(photo), 1)).graph.features('views');
    expect(grid).toHaveLength(2);
    expect(features.grid).toEqual([2, ...grid!]);
    expect(features.tokens.shape[1]).toBe(features.grid!.reduce((a, b) => a * b, 1));
    expect(features.maps).toBeUndefined();
  });

  it('runs in batches of any size', async () => {
    const { parts } = await graphOf(manifest({ ...words, many: 3 }), 1);
    const { inputs, outputs, parameters } = inferenceModel(parts);
    expect(inputs['views.ids']?.shape).toEqual(['batch', 3, 6]);
    expect(outputs['answer.logits']?.shape).toEqual(['batch', 3]);
    expect(toOnnx({ outputs, weights: someWeights(parameters) }).length).toBeGreaterThan(1000);
  });
});

describe('fusions', () => {
  const manifest: Manifest = {
    sensorium: 1,
    inputs: { left: photo, right: { encoder: 'image', tied: 'left' }, note: words, unread: words },
    fusions: {
      all: { use: 'attention', dim: 16, layers: 1, heads: 2, of: ['scene', 'note'] },
      scene: { use: 'concat', dim: 8, hidden: 8, of: ['left', 'right'] },
    },
    heads: { ...heads, note: { use: 'classification', labels, of: 'unread' } },
  };

  it('read inputs and each other, and have parameters under their names', async () => {
    const { graph, scope } = await graphOf(manifest, 2);
    const outputs = graph.answer('answer');
    expect(graph.features('scene').tokens.shape).toEqual([2, 1, 8]);
    const places = new Set(declared(scope).map((name) => name.split('/').slice(0, 2).join('/')));
    expect([...places]).toEqual(['inputs/left', 'fusions/scene', 'inputs/note', 'fusions/all', 'heads/answer']);
    expect(inputsOf(Object.values(outputs))).toEqual(new Set(['left', 'right', 'note']));
  });

  it('are built once, however many read them', async () => {
    const { graph } = await graphOf(manifest, 2);
    expect(graph.features('scene')).toBe(graph.features('scene'));
  });

  it('keep the old place of parameters where there is one', async () => {
    const { graph, scope } = await graphOf(pair(photo), 2);
    graph.answer('answer');
    const places = new Set(declared(scope).map((name) => name.split('/')[0]));
    expect([...places]).toEqual(['inputs', 'fusion', 'heads']);
    expect(declared(scope)).toContain('fusion/left/project/weight');
  });
});

it('a loss and an answer in one scope share what they have in common', async () => {
  const { graph, scope } = await graphOf(pair(photo), 2);
  const loss = graph.loss('answer', { label: input('label', 'int64', [2]) });
  const before = declared(scope);
  const { logits } = graph.answer('answer');
  expect(declared(scope)).toEqual(before);
  const both = add(loss, mean(required(logits, 'logits')));
  expect(inputsOf([both])).toEqual(new Set(['left', 'right', 'label']));
});
