import { create, fromBinary } from '@bufbuild/protobuf';
import { describe, expect, it } from 'vitest';
import { spreadTensor, node, onnxFile, onnxGraph, tensorProto } from '@sensorium/graph/testing';
import { createScope, input, toOnnx } from '@sensorium/graph';
import { expectRoundTrip, expectSame, importFor, opaqueTypes, runFile } from '../testing/round-trip.js';
import { float, floatList } from '../testing/lowering-case.js';
import { opsetCases } from '../testing/opset-cases.js';
import { makeTensor } from '@sensorium/tensors';
import { importGraph } from '../import/import.js';
import { ModelProtoSchema, TensorProtoSchema, type NodeProto } from '@sensorium/graph/protobuf';
import { readOnnx } from './read.js';

const x = spreadTensor('float32', [2, 3, 4], 1);
const value = { dtype: 'float32' } as const;

describe.each(Object.entries(opsetCases))('%s', (_, { graph, opsets }) => {
  it.each(opsets)('in operator set %i', async (opset) => {
    await expectRoundTrip(onnxFile({ ...graph, inputs: { x: { dtype: 'float32', shape: x.shape } }, opset }), { x });
  });
});

/** Stored by a node, where there is no graph around. */
const list = (name: string, ...value_ints: number[]) => node('Constant', [], [name], { value_ints });
const number = (name: string, value_int: number) => node('Constant', [], [name], { value_int });
const lists = (name: string, ...values: number[]) =>
  node('Constant', [], [name], { value: tensorProto(makeTensor('float32', [values.length], values)) });

const signal = [list('real', 2, 3, 4, 1), node('Reshape', ['u', 'real'], ['z'])];

const condition = makeTensor('bool', [], [1]);
/** Of outputs of which nothing can be told. */
const anything = ['open', 'sizes'];

/** A file whose nodes know nothing of shapes: they are kept as they are, and must be right all the same. */
function unshapedFile(nodes: readonly NodeProto[], opset: number, outputs = ['y']): Uint8Array {
  const identity = onnxGraph({ nodes: [node('Identity', ['x'], ['same'])], outputs: { same: value } });
  const other = onnxGraph({ nodes: [node('Abs', ['x'], ['other'])], outputs: { other: value } });
  return onnxFile({
    nodes: [node('If', ['condition'], ['u'], { then_branch: identity, else_branch: other }), ...nodes],
    inputs: { condition: { dtype: 'bool', shape: [] }, x },
    outputs: Object.fromEntries(outputs.map((name) => [name, value])),
    opset,
  });
}

const unshaped = async (nodes: readonly NodeProto[], opset: number): Promise<string[]> =>
  opaqueTypes(await expectRoundTrip(unshapedFile(nodes, opset), { x, condition }, { shapes: { y: anything } }));

describe('where no shape is known', () => {
  it.each([11, 12])('softmax of operator set %i is rewritten', async (opset) => {
    const nodes = [
      node('Softmax', ['u'], ['s'], { axis: 1 }),
      node('ReduceSum', ['s'], ['y'], { axes: [2], keepdims: 0 }),
    ];
    expect(await unshaped(nodes, opset)).toEqual(['If', 'Flatten', 'Softmax', 'Shape', 'Reshape', 'ReduceSum']);
  });

  it('what had its settings as attributes is rewritten', async () => {
    const nodes = [
      node('Clip', ['u'], ['c'], { min: float(-0.5) }),
      node('Pad', ['c'], ['p'], { pads: [0, 0, 1, 0, 0, 1] }),
      node('Slice', ['p'], ['s'], { starts: [1], ends: [5], axes: [2] }),
      node('Upsample', ['s'], ['y'], { scales: floatList(1, 1, 2) }),
    ];
    expect(await unshaped(nodes, 8)).toEqual(['If', 'Clip', 'Pad', 'Slice', 'Resize', 'Resize']);
  });

  it('a reduction of operator set 18 is rewritten', async () => {
    const axes = node('Constant', [], ['axes'], { value_ints: [2] });
    expect(await unshaped([axes, node('ReduceMean', ['u', 'axes'], ['y'], { keepdims: 0 })], 18)).toEqual([
      'If',
      'ReduceMean',
    ]);
  });

  it.each([18, 20])('groups of channels of operator set %i are instances', async (opset) => {
    const normalization = node('GroupNormalization', ['u', 'scale', 'bias'], ['y'], { num_groups: 1 });
    const types = await unshaped([lists('scale', 2), lists('bias', 3), normalization], opset);
    expect(types).toEqual(['If', 'Reshape', 'Shape', 'Reshape']);
  });
});

/** What 17 cannot say: nodes of an operator set, and the oldest that can say them. */
const kept: Record<string, readonly [opset: number, nodes: NodeProto[], written: number]> = {
  'a new operator': [18, [node('Mish', ['u'], ['y'])], 18],
  'a newer one': [21, [node('Gelu', ['u'], ['y'])], 20],
  'a pad of some axes': [18, [list('n', 1, 1), list('a', 0), node('Pad', ['u', 'n', '', 'a'], ['y'])], 18],
  'a pad that wraps': [21, [list('n', 0, 1, 0, 0, 2, 0), node('Pad', ['u', 'n'], ['y'], { mode: 'wrap' })], 19],
  antialiasing: [
    18,
    [
      lists('scales', 1, 1, 0.5, 0.5),
      list('zero', 0),
      node('Unsqueeze', ['u', 'zero'], ['v']),
      node('Resize', ['v', '', 'scales'], ['y'], { antialias: 1, mode: 'linear' }),
    ],
    18,
  ],
  'symmetric pixels': [
    19,
    [
      lists('s', 1, 1, 0.6),
      node('Resize', ['u', '', 's'], ['y'], {
        coordinate_transformation_mode: 'half_pixel_symmetric',
        mode: 'linear',
      }),
    ],
    19,
  ],
  'parts that are counted': [20, [node('Split', ['u'], ['y', 'rest'], { axis: 1, num_outputs: 2 })], 18],
  'a crop': [18, [list('n', 2, 2), list('a', 1, 2), node('CenterCropPad', ['u', 'n'], ['y'], { axes: [1, 2] })], 18],
  'columns to images': [
    18,
    [list('size', 2, 4), list('block', 1, 3), node('Col2Im', ['u', 'size', 'block'], ['y'])],
    18,
  ],
  'windows with gaps': [19, [node('AveragePool', ['u'], ['y'], { kernel_shape: [2], dilations: [2] })], 19],
  'a pool of norms with gaps': [18, [node('LpPool', ['u'], ['y'], { kernel_shape: [2], dilations: [2] })], 18],
  'a pool of norms': [18, [node('LpPool', ['u'], ['y'], { kernel_shape: [2], dilations: [1], ceil_mode: 0 })], 17],
  'a discrete Fourier transform': [20, [...signal, number('axis', 1), node('DFT', ['z', '', 'axis'], ['y'])], 17],
  'one over the last axis but one': [20, [...signal, node('DFT', ['z'], ['y'])], 17],
  'one over an axis that is computed': [
    20,
    [...signal, node('Size', ['x'], ['n']), number('m', 23), node('Sub', ['n', 'm'], ['axis'])].concat(
      node('DFT', ['z', '', 'axis'], ['y']),
    ),
    20,
  ],
  'samples of volumes': [
    20,
    [
      list('two', 0, 1),
      node('Unsqueeze', ['u', 'two'], ['v']),
      list('points', 1, 2, 2, 2, 3),
      node('Reshape', ['u', 'points'], ['grid']),
      node('GridSample', ['v', 'grid'], ['y']),
    ],
    20,
  ],
  'numbers of 16 bits': [
    21,
    [
      node('Constant', [], ['w'], {
        value: create(TensorProtoSchema, { dims: [1n], dataType: 5, int32Data: [-300] }),
      }),
      node('Constant', [], ['scale'], { value: tensorProto(makeTensor('float32', [], [0.5])) }),
      node('DequantizeLinear', ['w', 'scale'], ['real']),
      node('Shape', ['u'], ['n']),
      node('Expand', ['real', 'n'], ['y']),
    ],
    21,
  ],
  'the largest of truths': [
    20,
    [
      node('Cast', ['u'], ['truths'], { to: 9 }),
      list('last', 2),
      node('ReduceMax', ['truths', 'last'], ['any'], { keepdims: 0 }),
      node('Cast', ['any'], ['y'], { to: 1 }),
    ],
    20,
  ],
  'texts that are compared': [
    21,
    [
      node('Constant', [], ['a'], {
        value: create(TensorProtoSchema, { dataType: 8, stringData: [Uint8Array.of(65)] }),
      }),
      node('Equal', ['a', 'a'], ['same']),
      node('Where', ['same', 'u', 'u'], ['y']),
    ],
    19,
  ],
  'floats of 8 bits': [
    21,
    [node('Cast', ['u'], ['small'], { to: 17, saturate: 0 }), node('Cast', ['small'], ['y'], { to: 1 })],
    21,
  ],
  'statistics of a batch, in an older file': [
    9,
    [
      ...['s', 'b', 'm', 'v'].map((name, at) => lists(name, at + 1, 2, 3)),
      node('BatchNormalization', ['u', 's', 'b', 'm', 'v'], ['y', 'mean', 'variance', 'one', 'other']),
    ],
    17,
  ],
  'a larger element that stays': [
    18,
    [
      list('at', 0, 1),
      list('column', 2, 1, 1),
      node('Reshape', ['at', 'column'], ['i']),
      node('Cast', ['i'], ['updates'], { to: 1 }),
      node('ScatterElements', ['u', 'i', 'updates'], ['y'], { reduction: 'max', axis: 1 }),
    ],
    18,
  ],
};

describe('what operator set 17 cannot say', () => {
  it.each(Object.entries(kept))('%s is kept', async (_, [opset, nodes, written]) => {
    expect(await writtenIn(nodes, opset)).toBe(written);
  });
});

/** The operator set in which a graph of these nodes, of which no shape is known, is written again: right all the same. */
async function writtenIn(nodes: readonly NodeProto[], opset: number): Promise<number> {
  const imported = await expectRoundTrip(unshapedFile(nodes, opset), { x, condition }, { shapes: { y: anything } });
  expect(opaqueTypes(imported)).toContain(nodes.at(-1)?.opType);
  const { opsetImport } = fromBinary(ModelProtoSchema, toOnnx({ outputs: imported.outputs }));
  return Number(opsetImport[0]?.version);
}

it('nodes of older files and of ours are said in the newer way beside one that needs it', async () => {
  const names = ['most', 'mean', 'second', 'transformed', 'sampled', 'ours'];
  const older = unshapedFile(
    [
      node('ReduceMax', ['u'], ['most'], { axes: [-1], keepdims: 0 }),
      node('ReduceMean', ['u'], ['mean']),
      node('Split', ['u'], ['first', 'second'], { axis: 2 }),
      ...signal,
      node('DFT', ['z'], ['transformed'], { inverse: 1 }),
      list('image', 1, 2, 3, 4),
      node('Reshape', ['u', 'image'], ['v']),
      list('points', 1, 3, 4, 2),
      node('Reshape', ['u', 'points'], ['grid']),
      node('GridSample', ['v', 'grid'], ['sampled'], { mode: 'bicubic' }),
      node('ReduceLogSumExp', ['x'], ['ours'], { axes: [1] }),
    ],
    17,
    names,
  );
  const newer = unshapedFile([node('Gelu', ['u'], ['y'])], 20);
  const feeds = { x, condition };
  const inputs = Object.fromEntries(
    Object.entries(feeds).map(([name, { dtype, shape }]) => [name, input(name, dtype, shape)]),
  );
  const shapes = Object.fromEntries([...names, 'y'].map((name) => [name, anything]));
  const [first, second] = [older, newer].map((file) => importGraph(createScope(), readOnnx(file), { inputs, shapes }));
  const together = toOnnx({ outputs: { ...first, ...second } });
  expect(Number(fromBinary(ModelProtoSchema, together).opsetImport[0]?.version)).toBe(20);
  expectSame(await runFile(together, feeds), { ...(await runFile(older, feeds)), ...(await runFile(newer, feeds)) });
});

it.each([
  [6, 'written in operator set 6'],
  [27, 'written in operator set 27'],
])('operator set %i is refused', (opset, message) => {
  const file = onnxFile({ nodes: [node('Abs', ['x'], ['y'])], inputs: { x }, outputs: { y: value }, opset });
  expect(() => importFor(file, { x })).toThrow(message);
});
