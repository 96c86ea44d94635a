import { outputName } from '../import/at.js';
import { create } from '@bufbuild/protobuf';
import {
  TensorProto_DataType as Type,
  TensorProtoSchema,
  type AttributeProto,
  type GraphProto,
  type NodeProto,
  type TensorProto,
  subgraphsOf,
} from '@sensorium/graph/protobuf';

/** Makes initializers of all Constant nodes: some exporters keep every weight in one. */
export function constantsToInitializers(graph: GraphProto): void {
  graph.node.flatMap(subgraphsOf).forEach(constantsToInitializers);
  graph.node = graph.node.filter((node) => {
    const tensor = storedBy(node);
    if (tensor) graph.initializer.push({ ...tensor, name: outputName(node, 0) });
    return !tensor;
  });
}

/** The tensor of a Constant node; undefined for all other nodes. */
export function storedBy({ opType, domain, attribute: [value] }: NodeProto): TensorProto | undefined {
  return opType === 'Constant' && domain === '' && value ? tensorOf(value) : undefined;
}

function tensorOf({ name, t, f, floats, i, ints, s, strings }: AttributeProto): TensorProto | undefined {
  switch (name) {
    case 'value':
      return t;
    case 'value_float':
      return create(TensorProtoSchema, { dataType: Type.FLOAT, floatData: [f] });
    case 'value_floats':
      return create(TensorProtoSchema, { dataType: Type.FLOAT, dims: [BigInt(floats.length)], floatData: floats });
    case 'value_int':
      return create(TensorProtoSchema, { dataType: Type.INT64, int64Data: [i] });
    case 'value_ints':
      return create(TensorProtoSchema, { dataType: Type.INT64, dims: [BigInt(ints.length)], int64Data: ints });
    case 'value_string':
      return create(TensorProtoSchema, { dataType: Type.STRING, stringData: [s] });
    case 'value_strings':
      return create(TensorProtoSchema, { dataType: Type.STRING, dims: [BigInt(strings.length)], stringData: strings });
  }
}
