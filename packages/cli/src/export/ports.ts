import type { DataType, Shape } from '@sensorium/contracts';
import type { TensorDescription } from '@sensorium/onnx';

/** An input or output of a file; sizes that are not fixed have a name. */
export interface Port {
  readonly name: string;
  readonly dtype: DataType;
  readonly shape: Shape;
}

export interface Ports {
  readonly inputs: readonly Port[];
  readonly outputs: readonly Port[];
}

export async function portsOf(model: Uint8Array): Promise<Ports> {
  const { required } = await import('@sensorium/contracts');
  const { readOnnx } = await import('@sensorium/onnx');
  const { inputs, outputs } = readOnnx(model);
  const port = ({ name, dtype, shape }: TensorDescription): Port => ({
    name,
    dtype: required(dtype, `the type of "${name}"`),
    shape: required(shape, `the shape of "${name}"`),
  });
  return { inputs: inputs.map(port), outputs: outputs.map(port) };
}

/** Name, type and shape. */
export const portCells = ({ name, dtype, shape }: Port): string[] => [name, dtype, `[${shape.join(', ')}]`];
