import { create } from '@bufbuild/protobuf';
import type { Tensors } from '@sensorium/contracts';
import { describe, expect, it } from 'vitest';
import { spreadTensor } from '../../testing/numbers.js';
import { node, onnxFile, onnxGraph, type OnnxGraphDescription } from '../../testing/onnx-file.js';
import { expectRoundTrip, importFor, opaqueTypes } from '../../testing/round-trip.js';
import { makeTensor } from '../../value.js';
import { AttributeProto_AttributeType, AttributeProtoSchema } from '../onnx_pb.js';

const x = spreadTensor('float32', [2, 3, 4], 1);
const ints = (...values: number[]) => makeTensor('int64', [values.length], values);
/** Half. */
const ratio = create(AttributeProtoSchema, { type: AttributeProto_AttributeType.FLOAT, f: 0.5 });
const float = { dtype: 'float32' } as const;

interface Case {
  readonly graph: Omit<OnnxGraphDescription, 'inputs'>;
  readonly opsets: readonly number[];
}

/** The same computation as the operator sets before and after 17 write it. */
const cases: Record<string, Case> = {
  'softmax over all axes from one on': {
    graph: { nodes: [node('Softmax', ['x'], ['y'], { axis: 1 })], outputs: { y: float } },
    opsets: [11, 12],
  },
  'log softmax whose axis is left out': {
    graph: { nodes: [node('LogSoftmax', ['x'], ['y'])], outputs: { y: float } },
    opsets: [11, 12, 13, 21],
  },
  'squeezes with axes as attributes': {
    graph: {
      nodes: [
        node('Unsqueeze', ['x'], ['wide'], { axes: [0, 4] }),
        node('Squeeze', ['wide'], ['back'], { axes: [0] }),
        node('ReduceSum', ['back'], ['y'], { axes: [1], keepdims: 0 }),
      ],
      outputs: { y: float },
    },
    opsets: [11, 12],
  },
  'splits with sizes as an attribute': {
    graph: {
      nodes: [node('Split', ['x'], ['p', 'q'], { axis: 2, split: [1, 3] })],
      outputs: { p: float, q: float },
    },
    opsets: [11, 12],
  },
  'dropout with its ratio as an attribute': {
    graph: {
      nodes: [node('Dropout', ['x'], ['y'], { ratio })],
      outputs: { y: float },
    },
    opsets: [11],
  },
  'reductions with axes as an input': {
    graph: {
      nodes: [
        node('ReduceMean', ['x', 'axes'], ['mean']),
        node('ReduceMax', ['mean', 'axes'], ['norm']),
        node('ReduceMax', ['norm'], ['most'], { noop_with_empty_axes: 1 }),
        node('ReduceSumSquare', ['most'], ['y'], { keepdims: 0 }),
      ],
      initializers: { axes: ints(1) },
      outputs: { y: float },
    },
    opsets: [18, 19, 20, 21],
  },
  'pads of some axes': {
    graph: {
      nodes: [node('Pad', ['x', 'pads', '', 'axes'], ['y'])],
      initializers: { pads: ints(2, 1), axes: ints(1) },
      outputs: { y: float },
    },
    opsets: [18, 19, 21],
  },
  'resizing with new attributes at their defaults': {
    graph: {
      nodes: [
        node('Resize', ['x', '', 'scales'], ['y'], {
          antialias: 0,
          keep_aspect_ratio_policy: 'stretch',
          mode: 'nearest',
        }),
      ],
      initializers: { scales: makeTensor('float32', [3], [1, 1, 2]) },
      outputs: { y: float },
    },
    opsets: [18, 19],
  },
};

describe.each(Object.entries(cases))('%s', (_, { graph, opsets }) => {
  it.each(opsets)('in operator set %i', async (opset) => {
    await expectRoundTrip(onnxFile({ ...graph, inputs: { x: { dtype: 'float32', shape: x.shape } }, opset }), { x });
  });
});

/** A graph whose nodes know nothing of shapes: they are kept as they are, and must be right all the same. */
async function unshaped(
  nodes: OnnxGraphDescription['nodes'],
  opset: number,
  feeds: Tensors = { x },
): Promise<string[]> {
  const condition = makeTensor('bool', [], [1]);
  const identity = onnxGraph({ nodes: [node('Identity', ['x'], ['same'])], outputs: { same: { dtype: 'float32' } } });
  const other = onnxGraph({ nodes: [node('Abs', ['x'], ['other'])], outputs: { other: { dtype: 'float32' } } });
  const file = onnxFile({
    nodes: [node('If', ['condition'], ['u'], { then_branch: identity, else_branch: other }), ...nodes],
    inputs: { condition: { dtype: 'bool', shape: [] }, x: { dtype: 'float32', shape: x.shape } },
    outputs: { y: { dtype: 'float32', shape: ['open', 'sizes'] } },
    opset,
  });
  return opaqueTypes(await expectRoundTrip(file, { ...feeds, condition }));
}

describe('where no shape is known', () => {
  it.each([11, 12])('softmax of operator set %i is rewritten', async (opset) => {
    const nodes = [
      node('Softmax', ['u'], ['s'], { axis: 1 }),
      node('ReduceSum', ['s'], ['y'], { axes: [2], keepdims: 0 }),
    ];
    expect(await unshaped(nodes, opset)).toEqual(['If', 'Flatten', 'Softmax', 'Shape', 'Reshape', 'ReduceSum']);
  });

  it('a reduction of operator set 18 is rewritten', async () => {
    const axes = node('Constant', [], ['axes'], { value_ints: [2] });
    expect(await unshaped([axes, node('ReduceMean', ['u', 'axes'], ['y'], { keepdims: 0 })], 18)).toEqual([
      'If',
      'ReduceMean',
    ]);
  });

  it.each([
    ['Mish', [node('Mish', ['u'], ['y'])], /Mish "node:y" needs a newer operator set than 17.*came with 18/],
    [
      'Pad of some axes',
      [node('Constant', [], ['n'], { value_ints: [1, 1] }), node('Constant', [], ['a'], { value_ints: [0] })].concat(
        node('Pad', ['u', 'n', '', 'a'], ['y']),
      ),
      /Pad "node:y" needs a newer operator set than 17.*its input 4/,
    ],
    [
      'Resize with antialiasing',
      [node('Constant', [], ['s'], { value_ints: [1] }), node('Resize', ['u', '', 's'], ['y'], { antialias: 1 })],
      /Resize "node:y" .*its attribute "antialias"/,
    ],
  ])('%s, which operator set 17 cannot say, is refused', async (_, nodes, message) => {
    await expect(unshaped(nodes, 18)).rejects.toThrow(message);
  });
});

it.each([
  [10, 'written in operator set 10'],
  [22, 'written in operator set 22'],
])('operator set %i is refused', (opset, message) => {
  const file = onnxFile({ nodes: [node('Abs', ['x'], ['y'])], inputs: { x }, outputs: { y: float }, opset });
  expect(() => importFor(file, { x })).toThrow(message);
});
