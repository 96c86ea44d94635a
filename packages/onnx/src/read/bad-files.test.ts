import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { SensoriumError } from '@sensorium/contracts';
import { describe, expect, it } from 'vitest';
import {
  externalTensor,
  spreadTensor,
  node,
  onnxFile,
  range,
  type OnnxFileDescription,
} from '@sensorium/graph/testing';
import { input, createScope } from '@sensorium/graph';
import { makeTensor } from '@sensorium/tensors';
import { importGraph } from '../import/import.js';
import {
  FunctionProtoSchema,
  type NodeProto,
  ModelProtoSchema,
  TensorProto_DataLocation,
  TensorProto_DataType,
  TensorProtoSchema,
} from '@sensorium/graph/protobuf';
import { externalFiles } from './external-files.js';
import { readOnnx } from './read.js';

const x = { dtype: 'float32', shape: [2, 3] } as const;
const weight = spreadTensor('float32', [3, 4], 1);

const sound: OnnxFileDescription = {
  nodes: [node('MatMul', ['x', 'weight'], ['h']), node('Relu', ['h'], ['y'])],
  inputs: { x },
  initializers: { weight },
  outputs: { y: { dtype: 'float32', shape: [2, 4] } },
};
const whole = onnxFile(sound);

/** Reads a file and imports it. */
function load(bytes: Uint8Array, shape: readonly (number | string)[] = [2, 3]): unknown {
  return importGraph(createScope(), readOnnx(bytes), { inputs: { x: input('x', 'float32', shape) } });
}

function errorOf(action: () => unknown): SensoriumError {
  try {
    action();
  } catch (error) {
    if (SensoriumError.is(error)) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

const utf8 = new TextEncoder();
const stored = (fields: Parameters<typeof create<typeof TensorProtoSchema>>[1]) => create(TensorProtoSchema, fields);
const withWeight = (fields: Parameters<typeof stored>[0]): Uint8Array =>
  onnxFile({
    ...sound,
    initializers: { weight: stored({ dims: [3n, 4n], dataType: TensorProto_DataType.FLOAT, ...fields }) },
  });
const external = withWeight({
  dataLocation: TensorProto_DataLocation.EXTERNAL,
  externalData: [
    { key: 'location', value: 'weights.bin' },
    { key: 'offset', value: '8' },
    { key: 'length', value: '48' },
  ],
});

describe('files that are no models', () => {
  it.each<[string, Uint8Array, RegExp]>([
    ['an empty file', new Uint8Array(), /empty file/],
    ['a text', utf8.encode('<!doctype html><html><body>404 Not Found</body></html>'), /not (a whole|an) ONNX model/],
    [
      'a picture',
      Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13),
      /not (a whole|an) ONNX model/,
    ],
    ['zeros', new Uint8Array(64), /not a whole ONNX model/],
    ['a model without graph', toBinary(ModelProtoSchema, create(ModelProtoSchema, { irVersion: 8n })), /no graph/],
  ])('%s', (_, bytes, message) => {
    const error = errorOf(() => load(bytes));
    expect(error.code).toBe('SENSORIUM_BAD_MODEL');
    expect(error.message).toMatch(message);
    expect(error.hint).toBeTruthy();
  });

  it('a file that ends anywhere before its end', () => {
    for (let length = 0; length < whole.length; length++) {
      expect(errorOf(() => load(whole.subarray(0, length))).code, `${length} bytes`).toBe('SENSORIUM_BAD_MODEL');
    }
    expect(() => load(whole)).not.toThrow();
  });

  it('a file of which any byte was changed gives an error of ours or a graph', () => {
    for (let position = 0; position < whole.length; position++) {
      const bytes = whole.slice();
      bytes[position]! ^= 0x55;
      try {
        load(bytes);
      } catch (error) {
        expect(SensoriumError.is(error), `byte ${position}: ${String(error)}`).toBe(true);
      }
    }
  });
});

describe('graphs that make no sense', () => {
  it.each<[string, Partial<OnnxFileDescription>, RegExp]>([
    [
      'a cycle',
      { nodes: [node('Add', ['x', 'h'], ['g']), node('Relu', ['g'], ['h']), node('Relu', ['h'], ['y'])] },
      /the nodes (Relu "node:h" and Add "node:g"|Add "node:g" and Relu "node:h") wait for each other: a cycle/,
    ],
    ['a node that reads itself', { nodes: [node('Add', ['x', 'y'], ['y'])] }, /a cycle/],
    [
      'a missing input',
      { nodes: [node('Add', ['x', 'nothing'], ['y'])] },
      /Add "node:y" reads "nothing", which nothing gives/,
    ],
    [
      'a node that gives nothing and reads what nothing gives',
      { nodes: [...sound.nodes, { ...node('Add', ['x', 'nothing'], []), name: '' }] },
      /Add that gives nothing reads "nothing", which nothing gives/,
    ],
    ['a missing output', { outputs: { z: x } }, /nothing gives the output "z"/],
    [
      'a name given twice',
      { nodes: [node('Relu', ['x'], ['y']), node('Abs', ['x'], ['y'])] },
      /two values are called "y"/,
    ],
    ['a weight called like a value', { initializers: { weight, h: weight } }, /two values are called "h"/],
    [
      'an operator that does not exist',
      { nodes: [node('Frobnicate', ['x'], ['y'])] },
      /Frobnicate "node:y" is no operator: ONNX has no "Frobnicate" in any operator set up to 26/,
    ],
    [
      'an output of another element type than it has',
      { outputs: { y: { dtype: 'int64', shape: [2, 4] } } },
      /its output "y" is int64, and what it computes is float32/,
    ],
    [
      'a domain that is not imported',
      { nodes: [node('Scaler', ['x'], ['y'], { domain: 'ai.onnx.ml' })] },
      /Scaler "node:y" .*"ai.onnx.ml", which the file does not import/,
    ],
    [
      'a domain that nobody has',
      { nodes: [node('Foo', ['x'], ['y'], { domain: 'my.ops' })], opsets: { 'my.ops': 1 } },
      /my.ops.Foo "node:y" is an operator of the domain "my.ops", which ONNX Runtime does not have/,
    ],
  ])('%s', (_, change, message) => {
    const error = errorOf(() => load(onnxFile({ ...sound, ...change })));
    expect(error.code).toBe('SENSORIUM_BAD_MODEL');
    expect(error.message).toMatch(message);
    expect(error.hint).toBeTruthy();
  });

  it.each<[string, Partial<OnnxFileDescription>, string]>([
    [
      'of another size',
      { outputs: { y: { dtype: 'float32', shape: [2, 5] } } },
      '[2,5], and what it computes is [2,4]',
    ],
    [
      'of another rank',
      { outputs: { y: { dtype: 'float32', shape: ['batch', 4, 1] } } },
      '[batch,4,1], and what it computes is [2,4]',
    ],
    [
      'that is kept as it is, of another size',
      { nodes: [node('Hardmax', ['x'], ['y'])], outputs: { y: { dtype: 'float32', shape: [2, 4] } } },
      '[2,4], and what it computes is [2,3]',
    ],
  ])('but an output %s than the file says is noted', (_, change, note) => {
    const notes: string[] = [];
    const options = { inputs: { x: input('x', 'float32', [2, 3]) }, onNote: (text: string) => notes.push(text) };
    const { y } = importGraph(createScope(), readOnnx(onnxFile({ ...sound, ...change })), options);
    expect(notes).toEqual([`the file says that its output "y" is ${note}`]);
    expect(note).toContain(`computes is [${y!.shape.join()}]`);
  });

  it('no operator set', () => {
    const model = fromBinary(ModelProtoSchema, whole);
    model.opsetImport = [];
    expect(errorOf(() => load(toBinary(ModelProtoSchema, model))).message).toMatch(/does not say its operator set/);
  });
});

const own = { domain: 'own' };

/** A file with functions a → b of the domain 'own'. */
function functionFile(functions: Record<string, NodeProto[]>, nodes: NodeProto[]): Uint8Array {
  return onnxFile({
    nodes,
    inputs: { x: { dtype: 'float32', shape: [2] } },
    outputs: { y: { dtype: 'float32', shape: [2] } },
    opsets: { own: 1 },
    functions: Object.entries(functions).map(([name, body]) =>
      create(FunctionProtoSchema, {
        ...own,
        name,
        input: ['a'],
        output: ['b'],
        node: body,
        opsetImport: [{ version: 17n }],
      }),
    ),
  });
}

describe('small files of which enormous graphs would become', () => {
  const counted = range(40);
  const twice = (name: string): NodeProto[] => [node(name, ['a'], ['c'], own), node(name, ['c'], ['b'], own)];

  it('functions that each call the next one twice', () => {
    const functions = Object.fromEntries(counted.map((at) => [`f${at}`, twice(`f${at + 1}`)]));
    const file = functionFile({ ...functions, f40: [node('Abs', ['a'], ['b'])] }, [node('f0', ['x'], ['y'], own)]);
    expect(file.length).toBeLessThan(5000);
    const error = errorOf(() => readOnnx(file));
    expect(error.code).toBe('SENSORIUM_BAD_MODEL');
    expect(error.message).toMatch(/the function of own.f\d+ ".*" would make more of the graph .*: over 200000 nodes/);
  });

  it('functions that call each other very deep', () => {
    const functions = range(5000).map((at) => [`f${at}`, [node(`f${at + 1}`, ['a'], ['b'], own)]] as const);
    const file = functionFile({ ...Object.fromEntries(functions), f5000: [] }, [node('f0', ['x'], ['y'], own)]);
    expect(errorOf(() => readOnnx(file)).message).toMatch(/functions call each other 100 deep/);
  });

  it('millions of nodes of two bytes each', () => {
    const nodes = new Uint8Array(4_000_002).map((_, at) => (at % 2 ? 0 : 0x0a));
    const model = new BinaryWriter().tag(7, WireType.LengthDelimited).bytes(nodes).finish();
    expect(errorOf(() => readOnnx(model)).message).toBe('this ONNX model has over 2000000 parts');
  });

  it('a list of sizes that doubles at every step, and a product of sizes that does', () => {
    const doubled = counted.flatMap((at) => [
      node('Concat', [`s${at}`, `s${at}`], [`s${at + 1}`], { axis: 0 }),
      node('Mul', [`p${at}`, `p${at}`], [`p${at + 1}`]),
    ]);
    const file = onnxFile({
      nodes: [node('Shape', ['x'], ['s0']), node('Identity', ['s0'], ['p0']), ...doubled],
      inputs: { x: { dtype: 'float32', shape: ['n'] } },
      outputs: { s40: { dtype: 'int64', shape: ['many'] }, p40: { dtype: 'int64', shape: [1] } },
    });
    const { s40, p40 } = importGraph(createScope(), readOnnx(file), { inputs: { x: input('x', 'float32', ['n']) } });
    expect([s40?.dtype, p40?.shape]).toEqual(['int64', [1]]);
  });
});

describe('weights that are not whole', () => {
  it.each<[string, Uint8Array, RegExp]>([
    [
      'too few bytes',
      withWeight({ rawData: new Uint8Array(44) }),
      /"weight" has 11 elements, and its shape \[3,4\] needs 12/,
    ],
    ['too many floats', withWeight({ floatData: Array<number>(13).fill(1) }), /has 13 elements/],
    ['none at all', withWeight({}), /has 0 elements/],
    ['a negative size', withWeight({ dims: [-3n, 4n], rawData: new Uint8Array(48) }), /impossible shape \[-3,4\]/],
    ['another file that was not given', external, /"weight" lies in the file "weights.bin", which was not given/],
  ])('%s', (_, bytes, message) => {
    const error = errorOf(() => load(bytes));
    expect(error.code).toBe('SENSORIUM_BAD_MODEL');
    expect(error.message).toMatch(message);
    expect(error.hint).toBeTruthy();
  });

  it.each<[string, Record<string, string>, RegExp]>([
    [
      'above its own',
      { location: '../weights.bin' },
      /lie in "..\/weights.bin", and only files in its own folder are read/,
    ],
    ['anywhere', { location: '/etc/passwd' }, /lie in "\/etc\/passwd"/],
    ['at no number', { location: 'w', offset: '-8' }, /at the offset "-8", which is no count of bytes/],
    ['of no length', { location: 'w', length: '1e9' }, /at the length "1e9"/],
    ['beyond its end', { location: 'w', offset: '8000' }, /lies at 8000…4096 of "w", which has 4096 bytes/],
  ])('another file %s', (_, entries, message) => {
    const externalData = Object.entries(entries).map(([key, value]) => ({ key, value }));
    const file = withWeight({ dataLocation: TensorProto_DataLocation.EXTERNAL, externalData });
    const error = errorOf(() => readOnnx(file, { externalData: () => new Uint8Array(4096) }));
    expect(error.code).toBe('SENSORIUM_BAD_MODEL');
    expect(error.message).toMatch(message);
  });

  it('many that lie over each other in another file', () => {
    const initializers = Object.fromEntries(
      range(9).map((at) => [`w${at}`, externalTensor([3, 4], 'weights.bin', 4 * at)]),
    );
    const file = onnxFile({ ...sound, initializers: { ...initializers, weight } });
    const read = (length: number) => readOnnx(file, { externalData: () => new Uint8Array(length) });
    expect(() => read(200)).not.toThrow();
    expect(errorOf(() => read(80)).message).toMatch(/tensors in "weights.bin" lie over each other/);
  });

  it('of which a function of the model keeps some in another file', () => {
    const w = externalTensor([2], 'weights.bin', 4);
    const body = [node('Constant', [], ['w'], { value: w }), node('Add', ['a', 'w'], ['b'])];
    const file = functionFile({ f: body }, [node('f', ['x'], ['y'], own)]);
    expect(externalFiles(file)).toEqual(['weights.bin']);
    const { initializers } = readOnnx(file, { externalData: () => new Uint8Array(Float32Array.of(1, 2, 3).buffer) });
    expect(initializers.map(({ shape }) => shape)).toEqual([[2]]);
    expect(errorOf(() => readOnnx(file)).message).toMatch(/"weights.bin", which was not given/);
  });

  it.each<[string, () => Uint8Array, RegExp]>([
    ['cannot be read', () => failing('ENOENT'), /"weights.bin", which cannot be read/],
    ['is cut', () => new Uint8Array(50), /lies at 8…56 of "weights.bin", which has 50 bytes/],
  ])('another file that %s', (_, externalData, message) => {
    const error = errorOf(() => readOnnx(external, { externalData }));
    expect(error.code).toBe('SENSORIUM_BAD_MODEL');
    expect(error.message).toMatch(message);
  });
});

const failing = (message: string): never => {
  throw new Error(message);
};

describe('symbols that do not fit', () => {
  const give = (options: Parameters<typeof importGraph>[2]) =>
    errorOf(() => importGraph(createScope(), readOnnx(whole), options));
  const fitting = input('x', 'float32', [2, 3]);

  it.each<[string, Parameters<typeof importGraph>[2], string, RegExp]>([
    [
      'another size',
      { inputs: { x: input('x', 'float32', [2, 4]) } },
      'SENSORIUM_SHAPE',
      /"x" is \[2,3\], and \[2,4\] was given/,
    ],
    [
      'another rank',
      { inputs: { x: input('x', 'float32', [2]) } },
      'SENSORIUM_SHAPE',
      /"x" is \[2,3\], and \[2\] was given/,
    ],
    [
      'an open size',
      { inputs: { x: input('x', 'float32', ['batch', 3]) } },
      'SENSORIUM_SHAPE',
      /and \[batch,3\] was given/,
    ],
    [
      'another type',
      { inputs: { x: input('x', 'int64', [2, 3]) } },
      'SENSORIUM_DTYPE',
      /"x" is float32, and int64 was given/,
    ],
    ['none', { inputs: {} }, 'SENSORIUM_MISSING_INPUT', /input "x" is needed and was not given/],
    [
      'an unknown one',
      { inputs: { x: fitting, z: fitting } },
      'SENSORIUM_UNKNOWN_INPUT',
      /no value "z" that could be given/,
    ],
    [
      'an unknown output',
      { inputs: { x: fitting }, outputs: ['z'] },
      'SENSORIUM_BAD_MODEL',
      /no value "z" that could be an output/,
    ],
  ])('%s', (_, options, code, message) => {
    const error = give(options);
    expect(error.code).toBe(code);
    expect(error.message).toMatch(message);
    expect(error.hint).toBeTruthy();
  });

  it('shapes inside the file that do not fit name the node', () => {
    const error = errorOf(() =>
      load(onnxFile({ ...sound, initializers: { weight: makeTensor('float32', [1, 4], [1, 2, 3, 4]) } })),
    );
    expect(error.code).toBe('SENSORIUM_SHAPE');
    expect(error.message).toMatch(/^MatMul "node:h": .*\[2,3\] and \[1,4\]/);
    expect(error.hint).toMatch(/contradicts itself, or does not fit the inputs/);
  });
});
