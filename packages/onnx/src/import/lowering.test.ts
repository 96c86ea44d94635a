import { describe, expect, it } from 'vitest';
import { gradients, sum, toOnnx } from '@sensorium/graph';
import { fileGradientError } from '../testing/file-gradient.js';
import { loweredArrays } from '../testing/lowered-arrays.js';
import { loweredMicrosoft } from '../testing/lowered-microsoft.js';
import { loweredNewest } from '../testing/lowered-newest.js';
import { loweredNumbers } from '../testing/lowered-numbers.js';
import {
  float,
  floats,
  ints,
  scalar,
  x,
  open,
  image,
  recurrence,
  fileOf,
  type LoweringCase,
} from '../testing/lowering-case.js';
import { node, onnxFile } from '@sensorium/graph/testing';
import { expectRoundTrip, expectSame, importFor, opaqueTypes, runFile, runImported } from '../testing/round-trip.js';
import { makeTensor } from '@sensorium/tensors';
import { allOperators } from '../operators/index.js';

const cases = { ...loweredArrays, ...loweredMicrosoft, ...loweredNewest, ...loweredNumbers };

it('every lowered operator has a case', () => {
  const lowered = [...allOperators].flatMap(([type, { lower }]) => (lower ? [type] : []));
  expect(Object.keys(cases).sort()).toEqual(lowered.sort());
});

describe.each(Object.entries(cases))('%s', (type, variants) => {
  it.each(variants.map((one, at) => [at, one] as const))('is built from our operators: variant %i', async (_, one) => {
    expect(
      opaqueTypes(await expectRoundTrip(fileOf(type, one), one.feeds, { open: one.open, shapes: one.shapes })),
    ).toEqual([]);
  });
});

/** Three heads apart, then with the samples, then moments before samples: shapes of two open sizes that the file computes. */
const headsOfTexts = onnxFile({
  nodes: [
    node('Shape', ['x'], ['sizes']),
    ...['batch', 'time'].map((name, at) => node('Gather', ['sizes', `at${at}`], [name], { axis: 0 })),
    node('Concat', ['batch', 'time', 'heads'], ['apart'], { axis: 0 }),
    node('Reshape', ['x', 'apart'], ['h']),
    node('Transpose', ['h'], ['q'], { perm: [0, 2, 1, 3] }),
    node('Mul', ['batch', 'three'], ['rows']),
    node('Concat', ['rows', 'time', 'two'], ['stacked'], { axis: 0 }),
    node('Reshape', ['q', 'stacked'], ['s']),
    node('Tanh', ['s'], ['t']),
    node('Concat', ['time', 'batch', 'six'], ['turned'], { axis: 0 }),
    node('Reshape', ['t', 'turned'], ['y']),
    node('Mul', ['y', 'y'], ['squares']),
    node('ReduceSum', ['squares', 'axes'], ['z'], { keepdims: 0 }),
  ],
  inputs: { x: { dtype: 'float32', shape: ['batch', 'time', 6] } },
  initializers: {
    at0: ints(0),
    at1: ints(1),
    heads: ints(3, 2),
    three: ints(3),
    two: ints(2),
    six: ints(6),
    axes: ints(0, 1),
  },
  outputs: { y: { dtype: 'float32' }, z: { dtype: 'float32' } },
});

it('a Reshape to several open sizes takes those that the file computes', async () => {
  const feeds = { x: floats([2, 5, 6]) };
  const open = { x: ['batch', 'time', 6] };
  const imported = await expectRoundTrip(headsOfTexts, feeds, { open });
  expect(opaqueTypes(imported)).toEqual([]);
  expect(imported.outputs['y']?.shape).toEqual(['time', 'batch', 6]);
  expect(await fileGradientError(headsOfTexts, feeds, { open, outputs: ['z'] })).toBeLessThan(2e-3);
});

it.each<[string, ReturnType<typeof node>[]]>([
  ['Concat', [node('Concat', ['x', 'other'], ['y'], { axis: 0 })]],
  ['Split', [node('Split', ['x', 'sizes'], ['p', 'q'], { axis: 0 }), node('Concat', ['q', 'p'], ['y'], { axis: 1 })]],
  ['Pad', [node('Pad', ['x', 'pads'], ['y'], { mode: 'edge' })]],
  ['CenterCropPad', [node('CenterCropPad', ['x', 'sizes'], ['y'])]],
])('%s along a first axis of open size is kept, and right', async (type, nodes) => {
  const file = onnxFile({
    nodes,
    inputs: { x: { dtype: 'float32', shape: ['n', 3] }, other: { dtype: 'float32', shape: ['m', 3] } },
    initializers: { sizes: ints(2, 2), pads: ints(1, 0, 0, 2) },
    outputs: { y: { dtype: 'float32' } },
    opset: 18,
  });
  const feeds = { x: floats([4, 3]), other: floats([2, 3], 2) };
  const imported = importFor(file, feeds, { open: { x: ['n', 3], other: ['m', 3] } });
  expect(opaqueTypes(imported)[0]).toBe(type);
  const written = toOnnx({ outputs: imported.outputs, inputs: Object.values(imported.inputs) });
  expectSame(await runFile(written, feeds), await runFile(file, feeds));
});

/** What ours do not have of the same operators: kept as it is, and right all the same. */
const kept: readonly (readonly [string, string, LoweringCase])[] = [
  [
    'a last window that is not full and has gaps',
    'MaxPool',
    {
      ...image,
      attributes: { kernel_shape: [2, 2], strides: [3, 3], dilations: [5, 1], ceil_mode: 1 },
      shapes: { y: [2, 4, 2, 2] },
    },
  ],
  [
    'the positions of maxima',
    'MaxPool',
    {
      ...image,
      attributes: { kernel_shape: [2, 2] },
      outputs: ['y', 'at'],
      dtypes: ['float32', 'int64'],
      shapes: { at: [2, 4, 6, 5] },
    },
  ],
  [
    'another size of all axes but one',
    'Resize',
    { ...x, stored: { sizes: ints(3, 3, 6) }, inputs: ['x', '', '', 'sizes'], shapes: { y: [3, 3, 6] } },
  ],
  [
    'proportions that stay',
    'Resize',
    {
      ...image,
      opset: 18,
      stored: { sizes: ints(14, 18) },
      inputs: ['x', '', '', 'sizes'],
      attributes: { axes: [2, 3], keep_aspect_ratio_policy: 'not_larger', mode: 'linear' },
      shapes: { y: [2, 4, 14, 12] },
    },
  ],
  [
    'a part of an image, resized',
    'Resize',
    {
      ...image,
      stored: { roi: makeTensor('float32', [8], [0, 0, 0.1, 0.2, 1, 1, 0.8, 0.9]), sizes: ints(2, 4, 5, 9) },
      inputs: ['x', 'roi', '', 'sizes'],
      attributes: { mode: 'linear', coordinate_transformation_mode: 'tf_crop_and_resize' },
    },
  ],
  [
    'activations that differ',
    'RNN',
    {
      ...recurrence(1, 2),
      attributes: { hidden_size: 4, direction: 'bidirectional', activations: ['Relu', 'Tanh'] },
      shapes: { y: [3, 2, 2, 4] },
    },
  ],
  [
    'other activations',
    'LSTM',
    {
      ...recurrence(4),
      attributes: { hidden_size: 4, activations: ['Sigmoid', 'Relu', 'Tanh'] },
      shapes: { y: [3, 1, 2, 4] },
    },
  ],
  [
    'clipped cells',
    'LSTM',
    { ...recurrence(4), attributes: { hidden_size: 4, clip: float(0.5) }, shapes: { y: [3, 1, 2, 4] } },
  ],
  ['a slice in which nothing is left', 'Slice', { ...x, stored: { starts: ints(3), stops: ints(1), axes: ints(2) } }],
  ['what may not be there', 'Slice', { ...open, stored: { starts: ints(0), stops: ints(2), axes: ints(1) } }],
  [
    'a diagonal of open size',
    'Einsum',
    {
      feeds: { x: floats([2, 3, 3]) },
      open: { x: ['batch', 'n', 'n'] },
      attributes: { equation: 'bii->bi' },
      shapes: { y: [2, 3] },
    },
  ],
  ['a whole number to a broken power', 'Pow', { feeds: { a: ints(4, 9), b: scalar(0.5) }, dtype: 'int64' }],
  [
    'a mirror of which a part is cut off',
    'Pad',
    {
      ...x,
      stored: { pads: ints(0, 0, -1, 0, 0, 2) },
      attributes: { mode: 'reflect' },
    },
  ],
  ['a scale with more axes', 'LayerNormalization', { ...x, stored: { scale: floats([3, 4], 2) } }],
];

it.each(kept)('%s (%s) is kept', async (_, type, one) => {
  expect(
    opaqueTypes(await expectRoundTrip(fileOf(type, one), one.feeds, { open: one.open, shapes: one.shapes })),
  ).toEqual([type]);
});

it('more output padding than the stride is kept', () => {
  const file = fileOf('ConvTranspose', {
    feeds: { x: floats([1, 2, 5]) },
    stored: { weight: floats([2, 3, 3], 2) },
    attributes: { output_padding: [1] },
  });
  const shapes = { y: [1, 3, 8] };
  expect(opaqueTypes(importFor(file, { x: floats([1, 2, 5]) }, { shapes }))).toEqual(['ConvTranspose']);
});

// ONNX Runtime has it for time first alone.
it.each([
  ['GRU', 3, ['y', 'h']],
  ['LSTM', 4, ['y', 'h', 'c']],
  ['RNN', 1, ['y', 'h']],
] as const)('samples may come first in %s', async (type, gates, outputs) => {
  const { stored, attributes } = recurrence(gates);
  const file = onnxFile({
    nodes: [
      node('Transpose', ['x'], ['samples'], { perm: [1, 0, 2] }),
      node('Transpose', ['state'], ['first'], { perm: [1, 0, 2] }),
      node(
        type,
        ['samples', 'w', 'r', '', '', 'first'],
        outputs.map((name) => `${name}/samples`),
        { ...attributes, layout: 1 },
      ),
      node('Transpose', ['y/samples'], ['y'], { perm: [1, 2, 0, 3] }),
      ...outputs.slice(1).map((name) => node('Transpose', [`${name}/samples`], [name], { perm: [1, 0, 2] })),
    ],
    inputs: { x: floats([3, 2, 5]), state: floats([1, 2, 4]) },
    initializers: stored,
    outputs: Object.fromEntries(outputs.map((name) => [name, { dtype: 'float32' }])),
  });
  const feeds = { x: floats([3, 2, 5]), state: floats([1, 2, 4]) };
  const one = { feeds, stored, attributes, inputs: ['x', 'w', 'r', '', '', 'state'], outputs: [...outputs] };
  const imported = importFor(file, feeds);
  expect(opaqueTypes(imported)).toEqual([]);
  expectSame(await runImported(imported, feeds), await runFile(fileOf(type, one), feeds));
});

it('what operators of ONNX Runtime learn becomes parameters', () => {
  const domain = 'com.microsoft';
  const file = onnxFile({
    nodes: [
      node('Attention', ['x', 'w', 'b'], ['a'], { domain, num_heads: 2 }),
      node('SkipLayerNormalization', ['a', 'x', 'scale', 'shift', 'bias'], ['s'], { domain }),
      node('FusedMatMul', ['s', 'm'], ['p'], { domain }),
      node('BiasGelu', ['p', 'c'], ['g'], { domain }),
      node('SkipSimplifiedLayerNormalization', ['g', 'p', 'r'], ['y'], { domain }),
    ],
    inputs: { x: floats([2, 3, 4]) },
    initializers: {
      w: floats([4, 12], 2),
      b: floats([12], 3),
      scale: floats([4], 4),
      shift: floats([4], 5),
      bias: floats([4], 6),
      m: floats([4, 2], 7),
      c: floats([2], 8),
      r: floats([2], 9),
    },
    outputs: { y: { dtype: 'float32' } },
    opsets: { [domain]: 1 },
  });
  const { scope, outputs } = importFor(file, { x: floats([2, 3, 4]) });
  const { parameters } = scope;
  expect(parameters.map(({ name }) => name).sort()).toEqual(
    ['b', 'bias', 'c', 'm', 'r', 'scale', 'shift', 'w'].map((name) => `part/${name}`),
  );
  const slopes = gradients(
    sum(outputs['y']!),
    parameters.map(({ symbol }) => symbol),
  );
  expect(slopes.map(({ shape }) => shape)).toEqual(parameters.map(({ shape }) => shape));
});
