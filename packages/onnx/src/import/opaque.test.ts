import { create, fromBinary } from '@bufbuild/protobuf';
import { SensoriumError, type Tensor } from '@sensorium/contracts';
import { describe, expect, it } from 'vitest';
import { gradients, add, mul, sum, createScope, input, toOnnx } from '@sensorium/graph';
import {
  spreadTensor,
  node,
  numbers,
  onnxFile,
  onnxGraph,
  initialWeights,
  range,
  relativeError,
  total,
} from '@sensorium/graph/testing';
import { expectRoundTrip, expectSame, importFor, opaqueTypes, runFile, runImported } from '../testing/round-trip.js';
import { makeTensor } from '@sensorium/tensors';
import { ModelProtoSchema, TensorProto_DataType, TensorProtoSchema } from '@sensorium/graph/protobuf';
import { readOnnx } from '../read/read.js';
import { importGraph } from './import.js';

const floats = (shape: readonly number[], seed = 1): Tensor => spreadTensor('float32', shape, seed);
const x = floats([2, 3, 4]);
const declared = { dtype: 'float32', shape: [2, 3, 4] } as const;
const float = { dtype: 'float32' } as const;
const microsoft = { opsets: { 'com.microsoft': 1 } };

describe('operators that are kept as they are', () => {
  it('bring the operator set of their domain along', async () => {
    const nodes = [
      node('MatMul', ['x', 'w'], ['m']),
      node('Trilu', ['m'], ['t'], { domain: 'com.microsoft' }),
      node('Relu', ['t'], ['y']),
    ];
    const bytes = onnxFile({
      nodes,
      inputs: { x: declared },
      initializers: { w: floats([4, 5], 2) },
      outputs: { y: float },
      ...microsoft,
    });
    const imported = await expectRoundTrip(bytes, { x });
    expect(opaqueTypes(imported)).toEqual(['Trilu']);
    const written = fromBinary(ModelProtoSchema, toOnnx({ outputs: imported.outputs }));
    expect(written.opsetImport.map(({ domain, version }) => [domain, Number(version)])).toEqual([
      ['', 17],
      ['com.microsoft', 1],
    ]);
  });

  it('of ONNX Runtime need not say so in the file', async () => {
    const nodes = [node('Trilu', ['x'], ['y'], { domain: 'com.microsoft' })];
    const imported = await expectRoundTrip(onnxFile({ nodes, inputs: { x: declared }, outputs: { y: float } }), { x });
    expect(opaqueTypes(imported)).toEqual(['Trilu']);
  });

  it('cannot be of two versions of one domain', () => {
    const scope = createScope();
    const shared = input('x', 'float32', [2, 3, 4]);
    const part = (name: string, version: number) =>
      importGraph(
        scope.at(name),
        readOnnx(
          onnxFile({
            nodes: [node('Trilu', ['x'], ['y'], { domain: 'com.microsoft' })],
            inputs: { x: declared },
            outputs: { y: declared },
            opsets: { 'com.microsoft': version },
          }),
        ),
        { inputs: { x: shared } },
      )['y']!;
    const both = add(part('one', 1), part('two', 2));
    expect(() => toOnnx({ outputs: { both } })).toThrow(/different versions of the operator set "com.microsoft"/);
  });

  it('leave out the outputs that the file leaves out', async () => {
    const activations = ['Sigmoid', 'Relu', 'Tanh'];
    const bytes = onnxFile({
      nodes: [node('LSTM', ['s', 'w', 'r'], ['', 'h'], { hidden_size: 3, activations }), node('Tanh', ['h'], ['y'])],
      inputs: { s: { dtype: 'float32', shape: [5, 2, 4] } },
      initializers: { w: floats([1, 12, 4], 2), r: floats([1, 12, 3], 3) },
      types: { h: { dtype: 'float32', shape: [1, 2, 3] } },
      outputs: { y: float },
    });
    expect(opaqueTypes(await expectRoundTrip(bytes, { s: floats([5, 2, 4]) }))).toEqual(['LSTM']);
  });

  it('keep their bodies, with names of their own and what these read from outside', async () => {
    const body = onnxGraph({
      nodes: [
        node('Mul', ['sum', 'factor'], ['scaled']),
        node('Add', ['scaled', 'h'], ['next']),
        node('If', ['keep'], ['same'], {
          then_branch: onnxGraph({ nodes: [node('Identity', ['h'], ['Relu_1'])], outputs: { Relu_1: float } }),
          else_branch: onnxGraph({ nodes: [node('Neg', ['next'], ['Relu_2'])], outputs: { Relu_2: float } }),
        }),
        node('Identity', ['keep'], ['again']),
      ],
      inputs: { step: { dtype: 'int64', shape: [] }, keep: { dtype: 'bool', shape: [] }, sum: float },
      initializers: { factor: makeTensor('float32', [], [0.5]) },
      outputs: { again: { dtype: 'bool' }, next: float, same: float },
    });
    const bytes = onnxFile({
      nodes: [
        node('Relu', ['x'], ['h']),
        node('Loop', ['count', '', 'x'], ['last', 'all'], { body }),
        node('Relu', ['last'], ['y']),
      ],
      inputs: { x: declared, count: { dtype: 'int64', shape: [] } },
      types: { last: declared },
      outputs: { y: float, all: { dtype: 'float32', shape: ['steps', 2, 3, 4] } },
    });
    const imported = await expectRoundTrip(bytes, { x, count: makeTensor('int64', [], [3]) });
    expect(opaqueTypes(imported)).toEqual(['Loop']);
  });

  it('may compute with element types that tensors of ours cannot have', async () => {
    const int8 = create(TensorProtoSchema, {
      dims: [3n, 4n],
      dataType: TensorProto_DataType.INT8,
      rawData: Uint8Array.from({ length: 12 }, (_, index) => index * 21),
    });
    const zero = create(TensorProtoSchema, { dataType: TensorProto_DataType.INT8, int32Data: [3] });
    const bytes = onnxFile({
      nodes: [
        node('DequantizeLinear', ['w', 'scale', 'zero'], ['real']),
        node('Sub', ['x', 'real'], ['m']),
        node('DynamicQuantizeLinear', ['m'], ['q', 'qs', 'qz']),
        node('DequantizeLinear', ['q', 'qs', 'qz'], ['d']),
        node('Relu', ['m'], ['r']),
        node('Cast', ['w'], ['int8'], { to: TensorProto_DataType.INT8 }),
        node('Cast', ['int8'], ['y'], { to: TensorProto_DataType.FLOAT }),
      ],
      inputs: { x: declared },
      initializers: { w: int8, zero, scale: makeTensor('float32', [], [0.1]) },
      outputs: { d: { dtype: 'float32', shape: [2, 3, 4] }, r: float, y: float },
    });
    const imported = await expectRoundTrip(bytes, { x });
    expect(imported.scope.parameters).toEqual([]);
    expect(() => importFor(bytes, { x }, { outputs: ['int8'] })).toThrow(/"int8" it is not known its element type/);
  });

  it('or built of ours, are named by errors of gradients that need to know more sizes', () => {
    const bytes = onnxFile({
      nodes: [node('MatMul', ['x', 'w'], ['m']), node('Concat', ['m', 'm'], ['y'], { axis: 1 })],
      inputs: { x: { dtype: 'float32', shape: ['batch', 'time', 4] } },
      initializers: { w: floats([4, 5], 2) },
      outputs: { y: float },
    });
    const { scope, outputs } = importFor(bytes, { x }, { open: { x: ['batch', 'time', 4] } });
    expect(() => gradients(sum(outputs['y']!), [scope.parameters[0]!.symbol])).toThrow(
      'the gradient of operator Concat (node Concat "node:y", inputs [batch,time,5], [batch,time,5]): axis 1 of [batch,time,5] must have a known size',
    );
  });

  it.each([0, 1])('are not weights that are stored in whole numbers, with scales along axis %i', async (axis) => {
    const count = [4, 3][axis]!;
    const [scales, zeros] = [range(count).map((at) => 2 ** -(at + 4)), range(count).map((at) => at * 50)];
    const stored = range(12).map((at) => at * 21);
    const bytes = onnxFile({
      nodes: [
        node('DequantizeLinear', ['w', 'scale', 'zero'], ['real'], { axis }),
        node('MatMul', ['x', 'real'], ['y']),
      ],
      inputs: { x: declared },
      initializers: {
        w: makeTensor('uint8', [4, 3], stored),
        scale: makeTensor('float32', [count], scales),
        zero: makeTensor('uint8', [count], zeros),
      },
      outputs: { y: float },
    });
    const real = stored.map((value, at) => {
      const own = axis === 0 ? Math.floor(at / 3) : at % 3;
      return (value - zeros[own]!) * scales[own]!;
    });
    const expected = range(18).map((at) =>
      total(range(4).map((k) => numbers(x)[Math.floor(at / 3) * 4 + k]! * real[k * 3 + (at % 3)]!)),
    );
    const imported = importFor(bytes, { x });
    expect(opaqueTypes(imported)).toEqual([]);
    expect(imported.scope.parameters.map(({ name }) => name)).toEqual(['part/w']);
    // Not against the file itself: ONNX Runtime rounds x as well, where it sees such weights.
    expect(relativeError(numbers((await runImported(imported, { x }))['y']), expected)).toBeLessThan(1e-6);
    const frozen = await expectRoundTrip(bytes, { x }, { parameters: () => false });
    expect([opaqueTypes(frozen), frozen.scope.parameters]).toEqual([['DequantizeLinear'], []]);
  });

  it('have no gradient, and the error names operator and node of the file', () => {
    const bytes = onnxFile({
      nodes: [node('MatMul', ['x', 'w'], ['m']), node('Trilu', ['m'], ['y'], { domain: 'com.microsoft' })],
      inputs: { x: declared },
      initializers: { w: floats([4, 2], 2) },
      outputs: { y: { dtype: 'float32', shape: [2, 3, 2] } },
      ...microsoft,
    });
    const { scope, outputs } = importFor(bytes, { x });
    const weights = scope.parameters.map(({ symbol }) => symbol);
    const error = thrownBy(() => gradients(sum(outputs['y']!), weights));
    expect(error.code).toBe('SENSORIUM_NO_GRADIENT');
    expect(error.message).toMatch(/com.microsoft.Trilu "node:y" was imported as it is and has no gradient/);
  });

  it('may follow a parameter that is frozen', async () => {
    const bytes = onnxFile({
      nodes: [
        node('MatMul', ['x', 'frozen'], ['m']),
        node('Trilu', ['m'], ['g'], { domain: 'com.microsoft' }),
        node('MatMul', ['g', 'trained'], ['y']),
      ],
      inputs: { x: declared },
      initializers: { frozen: floats([4, 2], 2), trained: floats([2, 5], 3) },
      types: { g: { dtype: 'float32', shape: [2, 3, 2] } },
      outputs: { y: float },
      ...microsoft,
    });
    const options = { parameters: ({ name }: { name: string }) => name !== 'frozen' };
    const { scope, outputs } = await expectRoundTrip(bytes, { x }, options);
    expect(scope.parameters.map(({ name }) => name)).toEqual(['part/trained']);
    const [gradient] = gradients(sum(outputs['y']!), [scope.parameters[0]!.symbol]);
    const { gradient: slopes } = await runFile(
      toOnnx({ outputs: { gradient: gradient! }, weights: initialWeights(scope) }),
      { x },
    );
    // Σ (G · W) changes with W by the column sums of G, the same for every column of W.
    const { g } = await runFile(
      toOnnx({ outputs: importFor(bytes, { x }, { outputs: ['g'], parameters: () => false }).outputs }),
      { x },
    );
    const sums = [0, 1].map((column) =>
      [...(g!.data as Float32Array)].filter((_, at) => at % 2 === column).reduce((a, b) => a + b, 0),
    );
    expectSame(
      { slopes: slopes! },
      {
        slopes: makeTensor(
          'float32',
          [2, 5],
          sums.flatMap((value) => Array<number>(5).fill(value)),
        ),
      },
    );
  });
});

describe('values of unknown shape', () => {
  const bytes = onnxFile({
    nodes: [
      node('SplitToSequence', ['x'], ['s']),
      node('ConcatFromSequence', ['s'], ['u'], { axis: 0 }),
      node('NonZero', ['u'], ['places']),
      node('Mul', ['u', 'half'], ['y']),
    ],
    inputs: { x: declared },
    initializers: { half: makeTensor('float32', [], [0.5]) },
    outputs: { y: { dtype: 'float32' } },
  });

  it('cannot be given out, and the error says what to do', () => {
    const error = thrownBy(() => importFor(bytes, { x }));
    expect(error.code).toBe('SENSORIUM_BAD_MODEL');
    expect(error.message).toMatch(
      /of the value "y" it is not known how many axes it has: .* what ConcatFromSequence "node:u" gives/,
    );
    expect(error.hint).toMatch(/shapes: { 'u': /);
  });

  it('can be stated', async () => {
    const { outputs } = await expectRoundTrip(bytes, { x }, { shapes: { u: ['joined', 3, 4] } });
    expect(outputs['y']).toMatchObject({ dtype: 'float32', shape: ['joined', 3, 4] });
    expect(mul(outputs['y']!, 2).shape).toEqual(['joined', 3, 4]);
  });
});

describe('values of unknown type', () => {
  const bytes = onnxFile({
    nodes: [
      node('SampleOp', ['x'], ['same'], { domain: 'com.microsoft' }),
      node('Relu', ['same'], ['r']),
      node('MatMul', ['r', 'w'], ['y']),
    ],
    inputs: { x: { dtype: 'float32', shape: ['n', 2, 2] } },
    initializers: { w: floats([2, 3]) },
    outputs: { y: float },
    ...microsoft,
  });
  const given = makeTensor('float32', [1, 2, 2], [2, 0, 0, 4]);

  it('are told of the node where they begin', () => {
    const error = thrownBy(() => importFor(bytes, { x: given }));
    expect(error.message).toMatch(/of the value "y" .* what com\.microsoft\.SampleOp "node:same" gives/);
    expect(error.hint).toMatch(/shapes: { 'same': .*float32/);
  });

  it('are float32 where their shape is stated, so that what follows can be trained', async () => {
    const { outputs, scope } = await expectRoundTrip(bytes, { x: given }, { shapes: { same: [1, 2, 2] } });
    expect(outputs['y']).toMatchObject({ dtype: 'float32', shape: [1, 2, 3] });
    expect(gradients(sum(outputs['y']!), [scope.parameters[0]!.symbol])[0]!.shape).toEqual([2, 3]);
  });
});

function thrownBy(action: () => unknown): SensoriumError {
  try {
    action();
  } catch (error) {
    if (SensoriumError.is(error)) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}
