import { SensoriumError, typedArrays } from '@sensorium/contracts';
import type { ErrorCode, Tensor, Tensors } from '@sensorium/contracts';
import type { Kept, Value } from './engine.js';

/** Throws SENSORIUM_DTYPE where the model takes or gives something that is none of our tensors. */
export function checkValues(kind: 'input' | 'output', values: readonly Value[]): void {
  for (const { name, dtype } of values) {
    if (Object.hasOwn(typedArrays, dtype)) continue;
    throw new SensoriumError({
      code: 'SENSORIUM_DTYPE',
      message: `The model's ${kind} "${name}" is ${dtype}; it can be one of ${Object.keys(typedArrays).join(', ')}.`,
      hint: 'Cast it inside the model.',
      location: { key: name },
    });
  }
}

/**
 * A check that compares what a run is given with what the model declares: names, element types, storage, shapes, and
 * that a named dimension has one size in all inputs.
 *
 * Of the `carried` and `held` inputs, those that have values from before may be left out. It throws SENSORIUM_MISSING_INPUT, SENSORIUM_UNKNOWN_INPUT,
 * SENSORIUM_DTYPE or SENSORIUM_SHAPE.
 */
export function inputCheck(
  expected: readonly Value[],
  { carried, held }: Kept,
): (inputs: Tensors, known: ReadonlySet<string>) => void {
  const declared = new Set(expected.map(({ name }) => name));
  const absence = (name: string): string | undefined => {
    if (Object.hasOwn(carried, name)) return 'It is carried from run to run, but none has left a value yet.';
    return held.includes(name) ? 'It is held from run to run, but none has given a value yet.' : undefined;
  };
  return (inputs, known) => {
    for (const name of Object.keys(inputs)) {
      if (declared.has(name)) continue;
      throw wrong('SENSORIUM_UNKNOWN_INPUT', name, `The model has no input "${name}". It takes ${list(expected)}.`);
    }
    const sizes = new Map<string, NamedSize>();
    for (const value of expected) {
      const tensor = Object.hasOwn(inputs, value.name) ? inputs[value.name] : undefined;
      if (!tensor) {
        if (known.has(value.name)) continue;
        const message = `Input "${value.name}" is missing. The model takes ${list(expected)}.`;
        throw wrong('SENSORIUM_MISSING_INPUT', value.name, message, absence(value.name));
      }
      checkType(tensor, value);
      checkShape(tensor, value);
      checkNamedSizes(tensor, value, sizes);
    }
  };
}

interface NamedSize {
  readonly size: number;
  readonly input: string;
}

function checkType({ dtype, data }: Tensor, value: Value): void {
  if (dtype !== value.dtype) {
    const message = `Input "${value.name}" is ${dtype}; the model takes ${describe(value)}.`;
    throw wrong('SENSORIUM_DTYPE', value.name, message);
  }
  const storage = typedArrays[dtype];
  if (!(data instanceof storage)) {
    const given = (data as object | undefined)?.constructor.name ?? 'nothing';
    const message = `Input "${value.name}" is ${dtype}, whose data is a ${storage.name}; given is ${given}.`;
    throw wrong('SENSORIUM_DTYPE', value.name, message);
  }
}

function checkShape({ shape, data }: Tensor, value: Value): void {
  const fits =
    shape.length === value.shape.length &&
    value.shape.every((dimension, axis) => typeof dimension === 'string' || dimension === shape[axis]);
  if (!fits) {
    const message = `Input "${value.name}" has shape [${shape}]; the model takes ${describe(value)}.`;
    throw wrong('SENSORIUM_SHAPE', value.name, message);
  }
  if (!shape.every((dimension) => Number.isSafeInteger(dimension) && dimension >= 0)) {
    const message = `Input "${value.name}" has shape [${shape}]; sizes are whole numbers from 0.`;
    throw wrong('SENSORIUM_SHAPE', value.name, message);
  }
  const size = shape.reduce((product, dimension) => product * dimension, 1);
  if (size !== data.length) {
    const message = `Input "${value.name}" has ${data.length} values; its shape [${shape}] needs ${size}.`;
    throw wrong('SENSORIUM_SHAPE', value.name, message);
  }
}

function checkNamedSizes({ shape }: Tensor, value: Value, sizes: Map<string, NamedSize>): void {
  for (const [axis, dimension] of value.shape.entries()) {
    const size = shape[axis];
    if (typeof dimension === 'number' || dimension === '' || size === undefined) continue;
    const seen = sizes.get(dimension);
    if (!seen) sizes.set(dimension, { size, input: value.name });
    else if (seen.size !== size) {
      const message = `Input "${value.name}" has ${dimension} = ${size}, but input "${seen.input}" has ${seen.size}.`;
      throw wrong('SENSORIUM_SHAPE', value.name, message);
    }
  }
}

const describe = ({ dtype, shape }: Value) => `${dtype} [${shape.map((dimension) => dimension || '?')}]`;
const list = (values: readonly Value[]) =>
  values.map((value) => `${value.name} ${describe(value)}`).join(', ') || 'no inputs';
const wrong = (code: ErrorCode, key: string, message: string, hint?: string) =>
  new SensoriumError({ code, message, hint, location: { key } });
