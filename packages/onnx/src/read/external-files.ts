import { fromBinary } from '@bufbuild/protobuf';
import { ModelProtoSchema, tensorsIn, type TensorProto } from '@sensorium/graph/protobuf';
import { isExternal, placeOf } from './external-data.js';
import { bodiesOf } from './functions.js';

/**
 * The files in which a model keeps large tensors, by the names that it has for them: relative to its own folder. None for
 * bytes that are no ONNX model, of which `readOnnx` says what is wrong. Throws SENSORIUM_BAD_MODEL for a file elsewhere.
 */
export function externalFiles(model: Uint8Array): string[] {
  return [
    ...new Set(
      storedIn(model)
        .filter(isExternal)
        .map((tensor) => placeOf(tensor).location),
    ),
  ];
}

function storedIn(model: Uint8Array): TensorProto[] {
  try {
    const { graph, functions } = fromBinary(ModelProtoSchema, model);
    return [...(graph ? [graph] : []), ...bodiesOf(functions)].flatMap(tensorsIn);
  } catch {
    return [];
  }
}
