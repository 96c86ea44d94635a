import type { Tensor } from '@sensorium/contracts';
import { describe, expect, it } from 'vitest';
import {
  spreadTensor,
  node,
  onnxFile,
  onnxGraph,
  tensorProto,
  type OnnxFileDescription,
} from '@sensorium/graph/testing';
import { expectRoundTrip, importFor, opaqueTypes } from '../testing/round-trip.js';
import { makeTensor } from '@sensorium/tensors';
import { elementTypes } from '@sensorium/graph/protobuf';

const ints = (...values: number[]): Tensor => makeTensor('int64', [values.length], values);
const scalar = (value: number, dtype: Tensor['dtype'] = 'int64'): Tensor => makeTensor(dtype, [], [value]);
const float = { dtype: 'float32' } as const;
const x = spreadTensor('float32', [2, 3, 4], 1);
const { int64, float32, bool } = elementTypes;

const sizes = [
  node('Shape', ['x'], ['shape']),
  node('Gather', ['shape', 'zero'], ['b'], { axis: 0 }),
  node('Gather', ['shape', 'one'], ['t'], { axis: 0 }),
];
const stored = { zero: scalar(0), one: scalar(1), first: ints(0), four: ints(4), minus: ints(-1) };

/** Shapes as exporters compute them; each gives `target`, to which x is reshaped. */
const targets: Record<string, OnnxFileDescription['nodes']> = {
  'the batch and the rest': [
    ...sizes,
    node('Unsqueeze', ['b', 'first'], ['b1']),
    node('Concat', ['b1', 'minus'], ['target'], { axis: 0 }),
  ],
  'a product of sizes': [
    ...sizes,
    node('Mul', ['b', 't'], ['bt']),
    node('Reshape', ['bt', 'minus'], ['bt1']),
    node('Concat', ['bt1', 'four'], ['target'], { axis: 0 }),
  ],
  'a slice of the shape': [
    ...sizes.slice(0, 1),
    node('Constant', [], ['two'], { value_ints: [2] }),
    node('Slice', ['shape', 'first', 'two'], ['head']),
    node('Cast', ['head'], ['real'], { to: float32 }),
    node('Floor', ['real'], ['whole']),
    node('Cast', ['whole'], ['again'], { to: int64 }),
    node('Concat', ['again', 'minus'], ['target'], { axis: 0 }),
  ],
  'a choice between sizes': [
    ...sizes.slice(0, 1),
    node('Constant', [], ['wish'], { value_ints: [-1, 12, 1] }),
    node('Equal', ['wish', 'minus'], ['open']),
    node('Where', ['open', 'shape', 'wish'], ['target']),
  ],
  'a filled vector': [
    node('Constant', [], ['two'], { value_ints: [2] }),
    node('ConstantOfShape', ['two'], ['filled'], { value: tensorProto(ints(2)) }),
    node('Concat', ['minus', 'filled'], ['target'], { axis: 0 }),
  ],
};

function file(nodes: OnnxFileDescription['nodes'], batch: number | string = 'n'): Uint8Array {
  return onnxFile({
    nodes: [...nodes, node('Reshape', ['x', 'target'], ['r']), node('Neg', ['r'], ['y'])],
    inputs: { x: { dtype: 'float32', shape: [batch, 3, 4] } },
    initializers: stored,
    outputs: { y: float },
  });
}

describe.each(Object.entries(targets))('a target shape from %s', (_, nodes) => {
  it.each([2, 'batch'])('is known for a batch of %s', async (batch) => {
    const imported = await expectRoundTrip(file(nodes), { x }, { open: { x: [batch, 3, 4] } });
    expect(opaqueTypes(imported)).toEqual([]);
  });
});

/** Computations on numbers alone: the result must be a constant, and the one that ONNX Runtime computes. */
const computations: Record<string, { nodes: OnnxFileDescription['nodes']; dtype?: Tensor['dtype'] }> = {
  arithmetic: {
    nodes: [
      node('Constant', [], ['a'], { value_ints: [7, -7, 9] }),
      node('Constant', [], ['b'], { value_ints: [2, 2, -4] }),
      node('Div', ['a', 'b'], ['quotient']),
      node('Mod', ['a', 'b'], ['rest']),
      node('Sub', ['quotient', 'rest'], ['difference']),
      node('Max', ['difference', 'a'], ['most']),
      node('Min', ['most', 'b'], ['least']),
      node('Neg', ['least'], ['r']),
    ],
    dtype: 'int64',
  },
  'rounding in float32': {
    nodes: [
      node('Constant', [], ['a'], { value_float: 0.1 }),
      node('Constant', [], ['b'], { value_ints: [3, 10] }),
      node('Cast', ['b'], ['c'], { to: float32 }),
      node('Div', ['c', 'a'], ['d']),
      node('Pow', ['d', 'a'], ['p']),
      node('Sqrt', ['p'], ['s']),
      node('Ceil', ['s'], ['up']),
      node('Add', ['up', 's'], ['r']),
    ],
  },
  logic: {
    nodes: [
      node('Constant', [], ['a'], { value_ints: [1, 0, 2] }),
      node('Cast', ['a'], ['p'], { to: bool }),
      node('Greater', ['a', 'one'], ['q']),
      node('Not', ['q'], ['notq']),
      node('And', ['p', 'notq'], ['both']),
      node('Or', ['both', 'q'], ['either']),
      node('LessOrEqual', ['a', 'zero'], ['low']),
      node('Xor', ['either', 'low'], ['r']),
    ],
    dtype: 'bool',
  },
  'ranges and reductions': {
    nodes: [
      node('Constant', [], ['end'], { value_int: 9 }),
      node('Constant', [], ['step'], { value_int: 2 }),
      node('Range', ['one', 'end', 'step'], ['odd']),
      node('ReduceProd', ['odd'], ['product'], { keepdims: 0 }),
      node('ReduceSum', ['odd'], ['total']),
      node('Squeeze', ['total'], ['sum']),
      node('Sub', ['product', 'sum'], ['difference']),
      node('Unsqueeze', ['difference', 'first'], ['r']),
    ],
    dtype: 'int64',
  },
  'pads as PyTorch writes them': {
    nodes: [
      node('Constant', [], ['list'], { value_ints: [1, 2, 3, 4, 5, 6] }),
      node('Constant', [], ['pairs'], { value_ints: [-1, 2] }),
      node('Constant', [], ['beginning'], { value_ints: [-(2 ** 40)] }),
      node('Reshape', ['list', 'pairs'], ['table']),
      node('Slice', ['table', 'minus', 'beginning', 'first', 'minus'], ['backwards']),
      node('Transpose', ['backwards'], ['t'], { perm: [1, 0] }),
      node('Reshape', ['t', 'minus'], ['r']),
    ],
    dtype: 'int64',
  },
  'slices of several axes': {
    nodes: [
      node('Constant', [], ['list'], { value_ints: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12] }),
      node('Constant', [], ['shape'], { value_ints: [2, 3, 2] }),
      node('Constant', [], ['starts'], { value_ints: [-1, 0] }),
      node('Constant', [], ['stops'], { value_ints: [9, -1] }),
      node('Constant', [], ['axes'], { value_ints: [0, -2] }),
      node('Reshape', ['list', 'shape'], ['table']),
      node('Slice', ['table', 'starts', 'stops', 'axes'], ['part']),
      node('Transpose', ['part'], ['r']),
    ],
    dtype: 'int64',
  },
  'larger tables': {
    nodes: [
      node('Constant', [], ['square'], { value_ints: [2, 2] }),
      node('Constant', [], ['list'], { value_ints: [1, 2, 3, 4] }),
      node('Reshape', ['list', 'square'], ['table']),
      node('Gather', ['table', 'minus'], ['rows'], { axis: 1 }),
      node('Expand', ['rows', 'square'], ['wide']),
      node('Concat', ['wide', 'table'], ['r'], { axis: 0 }),
    ],
    dtype: 'int64',
  },
};

describe.each(Object.entries(computations))('%s', (_, { nodes, dtype = 'float32' }) => {
  it('is computed while the graph is built', async () => {
    const bytes = onnxFile({ nodes, initializers: stored, outputs: { r: { dtype } } });
    const { outputs } = await expectRoundTrip(bytes, {});
    expect(outputs['r']).toHaveProperty('source.kind', 'constant');
  });
});

it('an If whose condition is known is its branch', async () => {
  const factor = spreadTensor('float32', [4], 2);
  const then_branch = onnxGraph({
    nodes: [node('Mul', ['x', 'factor'], ['m'])],
    initializers: { factor },
    outputs: { m: float },
  });
  const else_branch = onnxGraph({ nodes: [node('Neg', ['x'], ['n'])], outputs: { n: float } });
  const bytes = onnxFile({
    nodes: [
      node('Size', ['x'], ['size']),
      node('Equal', ['size', 'expected'], ['condition']),
      node('If', ['condition'], ['y'], { then_branch, else_branch }),
    ],
    inputs: { x: { dtype: 'float32', shape: ['a', 'b', 'c'] } },
    initializers: { expected: scalar(24) },
    outputs: { y: float },
  });
  const imported = await expectRoundTrip(bytes, { x });
  expect(opaqueTypes(imported)).toEqual([]);
  expect(imported.scope.parameters.map(({ name }) => name)).toEqual(['part/factor']);
  expect(
    opaqueTypes(importFor(bytes, { x }, { open: { x: ['batch', 3, 4] }, shapes: { y: ['batch', 3, 4] } })),
  ).toContain('If');
});
