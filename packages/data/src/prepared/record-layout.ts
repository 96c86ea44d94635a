import {
  SensoriumError,
  typedArrays,
  type Tensor,
  type Tensors,
  type TensorSpec,
  type TensorSpecs,
} from '@sensorium/contracts';

/** The bytes of one tensor within a record. */
interface Field {
  readonly name: string;
  readonly spec: TensorSpec;
  readonly offset: number;
  readonly bytes: number;
}

/** How the tensors of one sample lie one behind the other. */
export interface RecordLayout {
  readonly bytes: number;
  readonly fields: readonly Field[];
}

export function recordLayout(specs: TensorSpecs): RecordLayout {
  let end = 0;
  const fields = Object.entries(specs).map(([name, spec]): Field => {
    const offset = end;
    const bytes = new typedArrays[spec.dtype](sizeOf(spec.shape)).byteLength;
    end += bytes;
    return { name, spec, offset, bytes };
  });
  return { bytes: end, fields };
}

/** One sample as bytes. Throws SENSORIUM_SHAPE or SENSORIUM_DTYPE where a tensor is not what its spec says. */
export function encodeRecord({ bytes, fields }: RecordLayout, tensors: Tensors): Uint8Array {
  const record = new Uint8Array(bytes);
  for (const field of fields) record.set(fieldBytes(tensors, field, 1), field.offset);
  return record;
}

/** Tensors [count,…] of zeros. */
export function allocateTensors({ fields }: RecordLayout, count: number): Tensors {
  const entries = fields.map(({ name, spec }): [string, Tensor] => {
    const shape = [count, ...spec.shape];
    return [name, { dtype: spec.dtype, shape, data: new typedArrays[spec.dtype](sizeOf(shape)) }];
  });
  return Object.fromEntries(entries);
}

/** The bytes of the tensor of `field` in a batch of `count`. Throws SENSORIUM_SHAPE or SENSORIUM_DTYPE. */
export function fieldBytes(tensors: Tensors, field: Field, count: number): Uint8Array {
  const { data } = checked(tensors, field, count);
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

const sizeOf = (shape: readonly number[]): number => shape.reduce((size, dimension) => size * dimension, 1);

function checked(tensors: Tensors, { name, spec }: Field, count: number): Tensor {
  const tensor = tensors[name];
  const expected = `"${name}" should be ${spec.dtype} [${[count, ...spec.shape].join(',')}]`;
  if (!tensor)
    throw new SensoriumError({ code: 'SENSORIUM_SHAPE', message: `${expected}, but there is no such tensor` });
  if (tensor.dtype !== spec.dtype) {
    throw new SensoriumError({ code: 'SENSORIUM_DTYPE', message: `${expected}, but it is ${tensor.dtype}` });
  }
  const size = count * sizeOf(spec.shape);
  if (sizeOf(tensor.shape) !== size || tensor.data.length !== size) {
    const given = `[${tensor.shape.join(',')}] with ${tensor.data.length} elements`;
    throw new SensoriumError({ code: 'SENSORIUM_SHAPE', message: `${expected}, but it is ${given}` });
  }
  return tensor;
}
