import { SensoriumError, typedArrays, type DataType, type Tensor, type Tensors } from '@sensorium/contracts';
import { fromHalf, makeTensor } from '@sensorium/tensors';

/** A tensor as JSON: row-major numbers. */
export interface TensorJson {
  readonly dtype: DataType;
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

export const tensorsToJson = (tensors: Tensors): Record<string, TensorJson> =>
  Object.fromEntries(
    Object.entries(tensors).map(([name, { dtype, shape, data }]) => [
      name,
      { dtype, shape, data: Array.from<number | bigint, number>(data, dtype === 'float16' ? halfOf : Number) },
    ]),
  );

const halfOf = (bits: number | bigint): number => fromHalf(Number(bits));

/** The inverse, but for float16. Throws SENSORIUM_USAGE for a text that is not that, and what `makeTensor` throws. */
export function tensorsFromJson(text: string, file: string): Record<string, Tensor> {
  const tensors = parse(text);
  if (tensors && Object.values(tensors).every(isTensor)) {
    return Object.fromEntries(
      Object.entries(tensors as Record<string, TensorJson>).map(([name, { dtype, shape, data }]) => [
        name,
        makeTensor(dtype, shape, data),
      ]),
    );
  }
  throw new SensoriumError({
    code: 'SENSORIUM_USAGE',
    message: 'the file does not hold tensors',
    hint: 'It is JSON as --graph … --out FILE writes it: { "name": { "dtype": "float32", "shape": [1, 2], "data": [0.5, 1] } }',
    location: { file },
  });
}

function parse(text: string): object | undefined {
  try {
    const value = JSON.parse(text) as unknown;
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isTensor(value: unknown): value is TensorJson {
  const { dtype, shape, data } = (value ?? {}) as Partial<Record<keyof TensorJson, unknown>>;
  if (typeof dtype !== 'string' || !Object.hasOwn(typedArrays, dtype)) return false;
  return (
    isListOf(shape, Number.isInteger) && isListOf(data, dtype.startsWith('float') ? Number.isFinite : Number.isInteger)
  );
}

const isListOf = (value: unknown, isRight: (item: unknown) => boolean): boolean =>
  Array.isArray(value) && value.every(isRight);
