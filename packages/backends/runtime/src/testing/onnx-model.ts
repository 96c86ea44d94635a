import { BinaryWriter } from '@bufbuild/protobuf/wire';

/** ONNX's numbers for element types. `int8` stands for one that our tensors do not have. */
const elementTypes = { float32: 1, uint8: 2, int8: 3, int32: 6, int64: 7, bool: 9, float16: 10, float64: 11 };

interface ValueInfo {
  readonly name: string;
  readonly dtype: keyof typeof elementTypes;
  readonly shape: readonly (number | string)[];
}

interface Node {
  readonly op: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
}

interface Model {
  readonly inputs: readonly ValueInfo[];
  readonly outputs: readonly ValueInfo[];
  readonly nodes: readonly Node[];
  /** float32 constants. */
  readonly constants?: readonly {
    readonly name: string;
    readonly shape: readonly number[];
    readonly data: Float32Array;
    /** Where the bytes lie in another file. */
    readonly file?: string;
  }[];
}

type Fields = (writer: BinaryWriter) => void;
const VARINT = 0;
const LENGTH = 2;

function message(writer: BinaryWriter, field: number, fields: Fields): void {
  writer.tag(field, LENGTH).fork();
  fields(writer);
  writer.join();
}

/** Writes `message ValueInfoProto` of onnx.proto. */
const valueInfo =
  ({ name, dtype, shape }: ValueInfo): Fields =>
  (value) => {
    value.tag(1, LENGTH).string(name);
    message(value, 2, (type) =>
      message(type, 1, (tensor) => {
        tensor.tag(1, VARINT).int32(elementTypes[dtype]);
        message(tensor, 2, (dimensions) => {
          for (const dimension of shape) {
            message(dimensions, 1, (writer) =>
              typeof dimension === 'number'
                ? writer.tag(1, VARINT).int64(dimension)
                : writer.tag(2, LENGTH).string(dimension),
            );
          }
        });
      }),
    );
  };

/** The bytes of an ONNX file (IR 8, opset 17) for tests: written by hand, so that nothing of ours is tested by itself. */
export function onnxModel({ inputs, outputs, nodes, constants = [] }: Model): Uint8Array {
  const writer = new BinaryWriter();
  writer.tag(1, VARINT).int64(8);
  message(writer, 7, (graph) => {
    for (const node of nodes) {
      message(graph, 1, (proto) => {
        for (const input of node.inputs) proto.tag(1, LENGTH).string(input);
        for (const output of node.outputs) proto.tag(2, LENGTH).string(output);
        proto.tag(4, LENGTH).string(node.op);
      });
    }
    graph.tag(2, LENGTH).string('graph');
    for (const { name, shape, data, file } of constants) {
      message(graph, 5, (tensor) => {
        for (const size of shape) tensor.tag(1, VARINT).int64(size);
        tensor.tag(2, VARINT).int32(elementTypes.float32);
        tensor.tag(8, LENGTH).string(name);
        if (file === undefined) {
          tensor.tag(9, LENGTH).bytes(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
        } else {
          message(tensor, 13, (entry) => entry.tag(1, LENGTH).string('location').tag(2, LENGTH).string(file));
          message(tensor, 13, (entry) =>
            entry.tag(1, LENGTH).string('length').tag(2, LENGTH).string(`${data.byteLength}`),
          );
          tensor.tag(14, VARINT).int32(1);
        }
      });
    }
    for (const input of inputs) message(graph, 11, valueInfo(input));
    for (const output of outputs) message(graph, 12, valueInfo(output));
  });
  message(writer, 8, (opset) => opset.tag(1, LENGTH).string('').tag(2, VARINT).int64(17));
  return writer.finish();
}

/** y = Relu(x), both float32 [batch,2]. */
export const relu = onnxModel({
  inputs: [{ name: 'x', dtype: 'float32', shape: ['batch', 2] }],
  outputs: [{ name: 'y', dtype: 'float32', shape: ['batch', 2] }],
  nodes: [{ op: 'Relu', inputs: ['x'], outputs: ['y'] }],
});

/** y = x · w · w · … (`count` times), float32; x [batch,size], w [size,size]. */
export function matmuls(size: number, count: number): Uint8Array {
  const names = Array.from({ length: count }, (_, index) => `h${index}`);
  return onnxModel({
    inputs: [
      { name: 'x', dtype: 'float32', shape: ['batch', size] },
      { name: 'w', dtype: 'float32', shape: [size, size] },
    ],
    outputs: [{ name: 'y', dtype: 'float32', shape: ['batch', size] }],
    nodes: names.map((name, index) => ({
      op: 'MatMul',
      inputs: [names[index - 1] ?? 'x', 'w'],
      outputs: [index === count - 1 ? 'y' : name],
    })),
  });
}

/** y = a · b, float32; a [rows,1], b [1,columns]: much memory from little. */
export const outerProduct = onnxModel({
  inputs: [
    { name: 'a', dtype: 'float32', shape: ['rows', 1] },
    { name: 'b', dtype: 'float32', shape: [1, 'columns'] },
  ],
  outputs: [{ name: 'y', dtype: 'float32', shape: ['rows', 'columns'] }],
  nodes: [{ op: 'MatMul', inputs: ['a', 'b'], outputs: ['y'] }],
});
