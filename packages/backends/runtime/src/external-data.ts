import { SensoriumError } from '@sensorium/contracts';

type Kind = 'model' | 'training' | 'function' | 'graph' | 'node' | 'attribute' | 'sparse' | 'tensor';

/** Fields of ONNX's messages that lead to tensors: for each kind of message, the kinds of those inside, by number. */
const inside: Readonly<Record<Kind, Readonly<Record<number, Kind>>>> = {
  model: { 7: 'graph', 20: 'training', 25: 'function' },
  training: { 1: 'graph', 2: 'graph' },
  function: { 7: 'node', 11: 'attribute' },
  graph: { 1: 'node', 5: 'tensor', 15: 'sparse' },
  node: { 5: 'attribute' },
  attribute: { 5: 'tensor', 6: 'graph', 10: 'tensor', 11: 'graph', 22: 'sparse', 23: 'sparse' },
  sparse: { 1: 'tensor', 2: 'tensor' },
  tensor: {},
};

/** Of a tensor: whether its bytes lie in another file. */
const DATA_LOCATION = 14;

/**
 * Throws SENSORIUM_BAD_MODEL for a model that keeps tensors in other files: it is given as bytes, so it has no folder, and ONNX
 * Runtime would read such files from below the working directory, whatever they are.
 */
export function refuseExternalData(model: Uint8Array): void {
  const waiting: { kind: Kind; start: number; end: number }[] = [{ kind: 'model', start: 0, end: model.length }];
  for (let message = waiting.pop(); message; message = waiting.pop()) {
    const { kind } = message;
    for (const { field, value, start, end } of fieldsOf(model, message.start, message.end)) {
      if (kind === 'tensor' && field === DATA_LOCATION && value !== 0) throw hasExternalData();
      const child = inside[kind][field];
      if (child && end > start) waiting.push({ kind: child, start, end });
    }
  }
}

interface Field {
  readonly field: number;
  /** Of a number; 0 for others. */
  readonly value: number;
  /** Where the bytes of a message, or another list of bytes, lie; empty for numbers. */
  readonly start: number;
  readonly end: number;
}

/** The fields of a message of Protocol Buffers, up to where it ends or is damaged, of which ONNX Runtime will say what is wrong. */
function* fieldsOf(bytes: Uint8Array, start: number, end: number): Generator<Field> {
  let at = start;
  const varint = (): number => {
    let value = 0;
    for (let factor = 1; at < end; factor *= 128) {
      const byte = Number(bytes[at++]);
      value += (byte & 127) * factor;
      if (byte < 128) return value;
    }
    return NaN;
  };
  while (at < end) {
    const tag = varint();
    const [field, wireType] = [Math.floor(tag / 8), tag % 8];
    const value = wireType === 0 ? varint() : 0;
    const length = wireType === 2 ? varint() : (fixedLengths[wireType] ?? 0);
    if (Number.isNaN(tag + value + length) || at + length > end) return;
    yield { field, value, start: at, end: at + (wireType === 2 ? length : 0) };
    at += length;
  }
}

/** Bytes of numbers of fixed length, by the type on the wire. */
const fixedLengths: Readonly<Record<number, number>> = { 1: 8, 5: 4 };

const hasExternalData = (): SensoriumError =>
  new SensoriumError({
    code: 'SENSORIUM_BAD_MODEL',
    message: 'the model keeps weights in other files, and none but itself are read',
    hint: 'Save it again with the weights inside. An encoder "onnx" reads those in files beside its model.',
  });
