import { SensoriumError } from '@sensorium/contracts';
import {
  badModel,
  TensorProto_DataLocation,
  type GraphProto,
  type TensorProto,
  tensorsIn,
} from '@sensorium/graph/protobuf';

/** From the name of a file beside the model to its bytes. */
export type ExternalData = (location: string) => Uint8Array;

/** Puts the bytes that the model keeps in other files into its tensors. */
export function loadExternalData(graph: GraphProto, externalData?: ExternalData): void {
  const files = new Map<string, Uint8Array>();
  for (const tensor of tensorsIn(graph)) {
    if (tensor.dataLocation !== TensorProto_DataLocation.EXTERNAL) continue;
    const entries = new Map(tensor.externalData.map(({ key, value }) => [key, value]));
    const location = entries.get('location') ?? '';
    const bytes = files.get(location) ?? read(tensor, location, externalData);
    files.set(location, bytes);
    const start = Number(entries.get('offset') ?? 0);
    const stop = entries.has('length') ? start + Number(entries.get('length')) : bytes.length;
    if (stop > bytes.length) {
      throw badModel(
        `the tensor "${tensor.name}" lies at ${start}…${stop} of "${location}", which has ${bytes.length} bytes`,
        'The file of external data is cut, or belongs to another model.',
      );
    }
    tensor.rawData = bytes.subarray(start, stop);
    tensor.dataLocation = TensorProto_DataLocation.DEFAULT;
    tensor.externalData = [];
  }
}

function read({ name }: TensorProto, location: string, externalData?: ExternalData): Uint8Array {
  const message = `the tensor "${name}" lies in the file "${location}", which`;
  if (!externalData) {
    throw badModel(`${message} was not given`, 'Give `externalData`, a function from that name to the bytes.');
  }
  try {
    return externalData(location);
  } catch (cause) {
    if (SensoriumError.is(cause)) throw cause;
    throw badModel(`${message} cannot be read`, 'Put it beside the model, as it was when the model was saved.', cause);
  }
}
