import { fromBinary } from '@bufbuild/protobuf';
import { ModelProtoSchema, TensorProto_DataLocation, tensorsIn } from '@sensorium/graph/protobuf';

/**
 * The files in which a model keeps large tensors, by the names that it has for them: relative to its own folder. None for
 * bytes that are no ONNX model, of which `readOnnx` says what is wrong.
 */
export function externalFiles(model: Uint8Array): string[] {
  const external = storedIn(model).filter(({ dataLocation }) => dataLocation === TensorProto_DataLocation.EXTERNAL);
  const names = external.map(({ externalData }) => externalData.find(({ key }) => key === 'location')?.value ?? '');
  return [...new Set(names)];
}

function storedIn(model: Uint8Array): ReturnType<typeof tensorsIn> {
  try {
    const { graph } = fromBinary(ModelProtoSchema, model);
    return graph ? tensorsIn(graph) : [];
  } catch {
    return [];
  }
}
