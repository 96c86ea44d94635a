import { create } from '@bufbuild/protobuf';
import type { Tensor } from '@sensorium/contracts';
import { describe, expect, it } from 'vitest';
import { createScope, gradients, input, sum, toOnnx, transformerBlock } from '@sensorium/graph';
import {
  numbers,
  relativeError,
  spreadTensor,
  node,
  onnxFile,
  testRandom,
  initialWeights,
} from '@sensorium/graph/testing';
import { expectRoundTrip, expectSame, importFor, opaqueTypes, runFile, runImported } from '../testing/round-trip.js';
import { makeTensor } from '@sensorium/tensors';
import {
  AttributeProto_AttributeType,
  AttributeProtoSchema,
  FunctionProtoSchema,
  TensorProto_DataLocation,
  TensorProto_DataType as Type,
  TensorProtoSchema,
} from '@sensorium/graph/protobuf';
import { readOnnx, storedTensors } from '../read/read.js';
import { importGraph } from './import.js';

const floats = (shape: readonly number[], seed = 1): Tensor => spreadTensor('float32', shape, seed);
const x = floats([2, 4]);
const declared = { dtype: 'float32', shape: ['n', 4] } as const;
const float = { dtype: 'float32' } as const;

/** Two layers: x → hidden → y. */
const layers = onnxFile({
  nodes: [
    node('Gemm', ['x', 'first/kernel:0', 'first/bias:0'], ['hidden']),
    node('Relu', ['hidden'], ['active']),
    node('MatMul', ['active', 'second kernel'], ['m']),
    node('Mul', ['m', 'scale'], ['y']),
  ],
  inputs: { x: declared },
  initializers: {
    'first/kernel:0': floats([4, 3], 2),
    'first/bias:0': floats([3], 3),
    'second kernel': floats([3, 2], 4),
    scale: makeTensor('float32', [], [0.5]),
  },
  outputs: { y: { dtype: 'float32', shape: ['n', 2] } },
});

it('a transformer that @sensorium/graph wrote can be trained again', () => {
  const scope = createScope();
  const tokens = input('tokens', 'float32', ['batch', 3, 8]);
  const y = transformerBlock(scope, tokens, { heads: 2 });
  const bytes = toOnnx({ outputs: { y }, weights: initialWeights(scope) });
  const imported = importFor(bytes, { tokens: floats([2, 3, 8]) }, { open: { tokens: ['batch', 3, 8] } });
  expect(opaqueTypes(imported)).toEqual([]);
  const { parameters } = imported.scope;
  expect(parameters.map(({ name }) => name)).toEqual(
    expect.arrayContaining(scope.parameters.map(({ name }) => `part/${name}`)),
  );
  const symbols = parameters.map(({ symbol }) => symbol);
  expect(gradients(sum(imported.outputs['y']!), symbols)).toHaveLength(symbols.length);
});

describe('a model', () => {
  it('says what it takes, gives and has stored', () => {
    const model = readOnnx(layers);
    expect(model.inputs).toEqual([{ name: 'x', dtype: 'float32', shape: ['n', 4] }]);
    expect(model.outputs).toEqual([{ name: 'y', dtype: 'float32', shape: ['n', 2] }]);
    expect(model.initializers.map(({ name, shape }) => [name, shape])).toEqual([
      ['first/kernel:0', [4, 3]],
      ['first/bias:0', [3]],
      ['second kernel', [3, 2]],
      ['scale', []],
    ]);
    expect(model.values).toEqual(['hidden', 'active', 'm', 'y']);
    expect(storedTensors(model)['second kernel']).toEqual(floats([3, 2], 4));
    expect(Object.keys(storedTensors(model))).toEqual(model.initializers.map(({ name }) => name));
  });

  it('takes inputs of other sizes than the file says, where they are stated', async () => {
    const pool = onnxFile({
      nodes: [node('Conv', ['x', 'kernel'], ['c']), node('GlobalAveragePool', ['c'], ['y'])],
      inputs: { x: { dtype: 'float32', shape: [1, 2, 8, 8] } },
      initializers: { kernel: floats([3, 2, 3, 3], 2) },
      outputs: { y: { dtype: 'float32', shape: [1, 3, 1, 1] } },
    });
    const scope = createScope();
    const small = input('x', 'float32', ['batch', 2, 5, 4]);
    expect(() => importGraph(scope, readOnnx(pool), { inputs: { x: small } })).toThrow(/is \[1,2,8,8\]/);
    const shapes = { x: [1, 2, 5, 4] };
    const { y } = importGraph(scope, readOnnx(pool), { inputs: { x: small }, shapes });
    expect(y?.shape).toEqual(['batch', 3, 1, 1]);
    expect(() => importGraph(scope, readOnnx(pool), { inputs: { x: small }, shapes: { x: [1, 2, 4, 4] } })).toThrow(
      /is \[1,2,4,4\]/,
    );
    // The mean of a convolution with a kernel of 3×3 is a sum over windows, written out.
    const [picture, kernel] = [floats([2, 2, 5, 4], 7), floats([3, 2, 3, 3], 2)];
    const { y: found } = await runFile(toOnnx({ outputs: { y: y! }, weights: initialWeights(scope) }), { x: picture });
    const at = (values: Tensor, ...[a, b, c, d]: number[]): number => {
      const [, channels = 1, rows = 1, columns = 1] = values.shape;
      return Number(values.data[((a! * channels + b!) * rows + c!) * columns + d!]);
    };
    const offsets = [0, 1, 2].flatMap((row) => [0, 1, 2].map((column) => [row, column] as const));
    const window = (sample: number, out: number, row: number, column: number): number =>
      [0, 1]
        .flatMap((channel) =>
          offsets.map(
            ([dy, dx]) => at(picture, sample, channel, row + dy, column + dx) * at(kernel, out, channel, dy, dx),
          ),
        )
        .reduce((a, b) => a + b);
    const expected = [0, 1].flatMap((sample) =>
      [0, 1, 2].map((out) => {
        const places = [0, 1, 2].flatMap((row) => [0, 1].map((column) => window(sample, out, row, column)));
        return places.reduce((a, b) => a + b) / places.length;
      }),
    );
    expect(relativeError(numbers(found), expected)).toBeLessThan(1e-5);
  });

  it('takes the size of its batch from the symbol', () => {
    expect(importFor(layers, { x }, { open: { x: ['batch', 4] } }).outputs['y']?.shape).toEqual(['batch', 2]);
    expect(importFor(layers, { x }).outputs['y']?.shape).toEqual([2, 2]);
  });

  it('gives any value inside, and needs no more of the file than that', async () => {
    const { scope, outputs } = await expectRoundTripOf(['active']);
    expect(Object.keys(outputs)).toEqual(['active']);
    expect(scope.parameters.map(({ name }) => name)).toEqual(['part/first/kernel/0', 'part/first/bias/0']);
  });

  it('can be entered anywhere', () => {
    const scope = createScope();
    const active = input('a', 'float32', ['batch', 3]);
    const { y } = importGraph(scope, readOnnx(layers), { inputs: { active } });
    expect(y?.shape).toEqual(['batch', 2]);
    expect(scope.parameters.map(({ name }) => name)).toEqual(['second_kernel']);
  });

  it('can be imported twice, each with weights of its own', () => {
    const scope = createScope();
    const model = readOnnx(layers);
    for (const side of ['left', 'right']) {
      importGraph(scope.at(side), model, { inputs: { x: input(side, 'float32', ['batch', 4]) } });
    }
    expect(scope.parameters).toHaveLength(6);
  });
});

async function expectRoundTripOf(names: readonly string[]) {
  const imported = importFor(layers, { x }, { outputs: names });
  await runImported(imported, { x });
  return imported;
}

describe('weights', () => {
  it('are what operators learn from; everything else stays constant', () => {
    const bytes = onnxFile({
      nodes: [
        node('Sub', ['x', 'means'], ['centred']),
        node('Div', ['centred', 'deviations'], ['normal']),
        node('Transpose', ['stored the other way'], ['kernel']),
        node('MatMul', ['normal', 'kernel'], ['m']),
        node('Add', ['m', 'bias'], ['a']),
        node('Clip', ['a', 'low'], ['c']),
        node('Mul', ['c', 'factor'], ['f']),
        node('Mul', ['f', 'of one'], ['y']),
      ],
      inputs: { x: declared },
      initializers: {
        means: floats([4], 2),
        deviations: floats([4], 3),
        'stored the other way': floats([3, 4], 4),
        bias: floats([3], 5),
        low: makeTensor('float32', [], [-1]),
        factor: makeTensor('float32', [], [2]),
        'of one': makeTensor('float32', [1], [2]),
      },
      outputs: { y: float },
    });
    const { scope } = importFor(bytes, { x });
    expect(scope.parameters.map(({ name }) => name)).toEqual(['part/stored_the_other_way', 'part/bias']);
    expect(importFor(bytes, { x }, { parameters: ({ shape }) => shape?.length === 2 }).scope.parameters).toHaveLength(
      1,
    );
  });

  it('are biases of one element too', () => {
    const bytes = onnxFile({
      nodes: [node('Gemm', ['x', 'kernel', 'bias'], ['y'])],
      inputs: { x: declared },
      initializers: { kernel: floats([4, 1]), bias: floats([1], 2) },
      outputs: { y: float },
    });
    expect(importFor(bytes, { x }).scope.parameters.map(({ name }) => name)).toEqual(['part/kernel', 'part/bias']);
  });

  it('have unique names that paths allow', () => {
    const names = ['a b', 'a_b', '/a_b', 'a:b', '::', 'é'];
    const bytes = onnxFile({
      nodes: names.map((name, index) => node('Add', [index ? `s${index}` : 'x', name], [`s${index + 1}`])),
      inputs: { x: declared },
      initializers: Object.fromEntries(names.map((name, seed) => [name, floats([4], seed)])),
      outputs: { s6: float },
    });
    expect(importFor(bytes, { x }).scope.parameters.map(({ name }) => name)).toEqual(
      ['a_b', 'a_b_2', 'a_b_3', 'a/b', 'weight', '_'].map((name) => `part/${name}`),
    );
  });
});

describe('stored tensors', () => {
  const withWeight = (fields: Parameters<typeof create<typeof TensorProtoSchema>>[1], dtype = Type.FLOAT) =>
    onnxFile({
      nodes: [node('MatMul', ['x', 'w'], ['y'])],
      inputs: { x: declared },
      initializers: { w: create(TensorProtoSchema, { dims: [4n, 2n], dataType: dtype, ...fields }) },
      outputs: { y: float },
    });
  const values = [1, -2, 0.5, 65504, 2 ** -24, -(2 ** -14), 0, 3.140625];
  const expected = makeTensor('float32', [4, 2], values);
  // IEEE 754 binary16 of the same numbers, by hand.
  const halves = [0x3c00, 0xc000, 0x3800, 0x7bff, 0x0001, 0x8400, 0x0000, 0x4248];
  const read = (bytes: Uint8Array, externalData?: (location: string) => Uint8Array) => {
    const { scope } = importFor(bytes, { x }, { externalData });
    const [weight] = scope.parameters;
    return { dtype: 'float32', shape: weight!.shape, data: weight!.initialize(weight!.shape, testRandom(1)) };
  };

  it.each([
    ['raw bytes', withWeight({ rawData: new Uint8Array(Float32Array.from(values).buffer) })],
    ['floats', withWeight({ floatData: values })],
    ['raw float16', withWeight({ rawData: new Uint8Array(Uint16Array.from(halves).buffer) }, Type.FLOAT16)],
    ['float16 as integers', withWeight({ int32Data: halves }, Type.FLOAT16)],
  ])('are read from %s', (_, bytes) => {
    expect(read(bytes)).toEqual(expected);
  });

  it('are read from bfloat16', () => {
    const upper = [0x3f80, 0xc000, 0x3f00, 0x4780, 0x3380, 0xb880, 0x0000, 0x4049];
    const data = [1, -2, 0.5, 65536, 2 ** -24, -(2 ** -14), 0, 3.140625];
    expect(read(withWeight({ int32Data: upper }, Type.BFLOAT16))).toEqual(makeTensor('float32', [4, 2], data));
  });

  it('are read from other files', () => {
    const bytes = Uint8Array.of(7, 7, 7, ...new Uint8Array(Float32Array.from(values).buffer), 7);
    const entries = { location: 'weights.bin', offset: '3', length: '32' };
    const externalData = Object.entries(entries).map(([key, value]) => ({ key, value }));
    const file = withWeight({ dataLocation: TensorProto_DataLocation.EXTERNAL, externalData });
    const asked: string[] = [];
    expect(
      read(file, (location) => {
        asked.push(location);
        return bytes;
      }),
    ).toEqual(expected);
    expect(asked).toEqual(['weights.bin']);
  });

  it.each(['int32', 'int64', 'uint8', 'bool', 'float64'] as const)(
    'of type %s are read from their typed fields',
    async (dtype) => {
      const tensor = makeTensor(dtype, [2], [1, 0]);
      const fields = {
        int32: { int32Data: [1, 0] },
        int64: { int64Data: [1n, 0n] },
        uint8: { int32Data: [1, 0] },
        bool: { int32Data: [1, 0] },
        float64: { doubleData: [1, 0] },
      }[dtype];
      const types = { int32: Type.INT32, int64: Type.INT64, uint8: Type.UINT8, bool: Type.BOOL, float64: Type.DOUBLE };
      const bytes = onnxFile({
        nodes: [node('Identity', ['c'], ['y'])],
        initializers: { c: create(TensorProtoSchema, { dims: [2n], dataType: types[dtype], ...fields }) },
        outputs: { y: { dtype } },
      });
      expect(await runImported(importFor(bytes, {}), {})).toEqual({ y: tensor });
      await expectRoundTrip(bytes, {});
    },
  );
});

it('a model in float16 computes in float32', async () => {
  const half = (...bits: number[]) =>
    create(TensorProtoSchema, { dims: [BigInt(bits.length)], dataType: Type.FLOAT16, int32Data: bits });
  const bytes = onnxFile({
    nodes: [
      node('Cast', ['x'], ['h'], { to: Type.FLOAT16 }),
      node('Mul', ['h', 'w'], ['m']),
      node('Constant', [], ['c'], { value: half(0x3c00) }),
      node('Add', ['m', 'c'], ['y']),
    ],
    inputs: { x: declared },
    initializers: { w: half(0x3c00, 0x4000, 0x3800, 0xc000) },
    outputs: { y: { dtype: 'float16' } },
  });
  const { y } = await runImported(importFor(bytes, { x }), { x });
  const factors = [1, 2, 0.5, -2];
  expectSame(
    { y: y! },
    {
      y: makeTensor(
        'float32',
        [2, 4],
        numbers(x).map((value, at) => value * factors[at % 4]! + 1),
      ),
    },
  );
  expect(readOnnx(bytes).outputs[0]?.dtype).toBe('float32');
});

it('functions of the model are put in place of their calls', async () => {
  const reference = (refAttrName: string) =>
    create(AttributeProtoSchema, { refAttrName, type: AttributeProto_AttributeType.INTS });
  const scaled = create(FunctionProtoSchema, {
    domain: 'my.functions',
    name: 'ScaledSum',
    input: ['a', 'b'],
    output: ['s', 't'],
    attribute: ['axes'],
    node: [
      node('Add', ['a', 'b'], ['h']),
      node('Unsqueeze', ['h'], ['u'], { axes: reference('axes') }),
      node('Twice', ['u'], ['s'], { domain: 'my.functions' }),
      node('Neg', ['h'], ['t']),
    ],
    opsetImport: [
      { domain: '', version: 11n },
      { domain: 'my.functions', version: 1n },
    ],
  });
  const twice = create(FunctionProtoSchema, {
    domain: 'my.functions',
    name: 'Twice',
    input: ['v'],
    output: ['d'],
    node: [node('Add', ['v', 'v'], ['h']), node('Identity', ['h'], ['d'])],
    opsetImport: [{ domain: '', version: 11n }],
  });
  const bytes = onnxFile({
    nodes: [
      node('ScaledSum', ['x', 'w'], ['p'], { domain: 'my.functions', axes: [0, 3] }),
      node('ScaledSum', ['x', 'x'], ['q', 'r'], { domain: 'my.functions', axes: [1] }),
    ],
    functions: [scaled, twice],
    inputs: { x: declared },
    initializers: { w: floats([4], 2) },
    outputs: { p: { dtype: 'float32', shape: ['a', 'b', 'c', 'd'] }, q: float, r: float },
    opset: 12,
    opsets: { 'my.functions': 1 },
  });
  const sum = numbers(x).map((value, at) => value + numbers(floats([4], 2))[at % 4]!);
  const imported = importFor(bytes, { x });
  expect(opaqueTypes(imported)).toEqual([]);
  expectSame(await runImported(imported, { x }), {
    p: makeTensor(
      'float32',
      [1, 2, 4, 1],
      sum.map((value) => 2 * value),
    ),
    q: makeTensor(
      'float32',
      [2, 1, 4],
      numbers(x).map((value) => 4 * value),
    ),
    r: makeTensor(
      'float32',
      [2, 4],
      numbers(x).map((value) => -2 * value),
    ),
  });
});
