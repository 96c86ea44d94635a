import type { Tensor, TensorSpecs, Tensors } from '@sensorium/contracts';

/** An answer that makes no sense: no SensoriumError, so that it counts as a fault. */
export function requireSane(isSane: boolean, what: string): asserts isSane {
  if (!isSane) throw new Error(`an answer that makes no sense: ${what}`);
}

export const elementsOf = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

const isSize = (size: number): boolean => Number.isSafeInteger(size) && size >= 0;

/** As many elements as the shape says. */
export function requireTensor(name: string, { shape, data, dtype }: Tensor): void {
  requireSane(shape.every(isSize), `"${name}" has the shape [${shape.join(', ')}]`);
  requireSane(
    data.length === elementsOf(shape),
    `"${name}" of [${shape.join(', ')}] has ${data.length} elements of ${dtype}`,
  );
}

/** The tensors of one sample that were declared, and finite numbers in them. */
export function requireDeclared(specs: TensorSpecs, tensors: Tensors): void {
  for (const [name, { dtype, shape }] of Object.entries(specs)) {
    const tensor = tensors[name];
    requireSane(tensor !== undefined, `"${name}" was declared and is not there`);
    requireTensor(name, tensor);
    requireSane(String(tensor.shape) === String([1, ...shape]), `"${name}" is [${tensor.shape.join(', ')}]`);
    requireSane(tensor.dtype === dtype, `"${name}" is ${tensor.dtype}`);
    requireFinite(name, tensor);
  }
}

function requireFinite(name: string, { data }: Tensor): void {
  requireSane(
    data.every((value: number | bigint) => typeof value === 'bigint' || Number.isFinite(value)),
    `"${name}" has numbers that are not finite`,
  );
}
