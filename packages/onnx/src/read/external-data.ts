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
export function loadExternalData(graphs: readonly GraphProto[], externalData?: ExternalData): void {
  const files = new Map<string, Uint8Array>();
  const read = new Map<string, number>();
  for (const tensor of graphs.flatMap(tensorsIn).filter(isExternal)) {
    const { location, start, length } = placeOf(tensor);
    const bytes = files.get(location) ?? bytesOf(tensor, location, externalData);
    files.set(location, bytes);
    const stop = length === undefined ? bytes.length : start + length;
    if (start > stop || stop > bytes.length) {
      throw badModel(
        `the tensor "${tensor.name}" lies at ${start}…${stop} of "${location}", which has ${bytes.length} bytes`,
        'The file of external data is cut, or belongs to another model.',
      );
    }
    const total = (read.get(location) ?? 0) + stop - start;
    if (total > MOST_READ * bytes.length) throw overlapping(location);
    read.set(location, total);
    tensor.rawData = bytes.subarray(start, stop);
    tensor.dataLocation = TensorProto_DataLocation.DEFAULT;
    tensor.externalData = [];
  }
}

/** How often all bytes of a file may be read: tensors may share some, but not make a large model of a small file. */
const MOST_READ = 4;

const overlapping = (location: string): Error =>
  badModel(
    `the tensors in "${location}" lie over each other: together they are over ${MOST_READ} times as long as the file`,
    'Save the model again.',
  );

export const isExternal = ({ dataLocation }: TensorProto): boolean =>
  dataLocation === TensorProto_DataLocation.EXTERNAL;

interface Place {
  readonly location: string;
  readonly start: number;
  /** Undefined: to the end of the file. */
  readonly length: number | undefined;
}

/** Where a tensor lies. Throws SENSORIUM_BAD_MODEL for a file that is not in the model's folder, or below. */
export function placeOf({ name, externalData }: TensorProto): Place {
  const entries = new Map(externalData.map(({ key, value }) => [key, value]));
  const count = (key: string): number | undefined => {
    const value = entries.get(key);
    if (value === undefined) return undefined;
    if (/^\d{1,15}$/.test(value)) return Number(value);
    throw badModel(`the tensor "${name}" lies in another file at the ${key} "${value}", which is no count of bytes`);
  };
  const location = entries.get('location') ?? '';
  requireBeside(location);
  return { location, start: count('offset') ?? 0, length: count('length') };
}

/** A file that somebody else made must not name others anywhere on the disk. */
function requireBeside(location: string): void {
  const steps = location.split(/[\\/]/);
  if (location !== '' && steps[0] !== '' && !steps.includes('..') && !/[:\0]/.test(location)) return;
  throw badModel(
    `its weights lie in "${location}", and only files in its own folder are read`,
    'Save the model again with the weights inside, or in a file beside it.',
  );
}

function bytesOf({ name }: TensorProto, location: string, externalData?: ExternalData): Uint8Array {
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
