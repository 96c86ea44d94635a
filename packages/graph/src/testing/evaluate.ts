import { cpu } from '@sensorium/backend-node';
import type { Session, SymbolicTensor, Tensor, Tensors } from '@sensorium/contracts';
import { toOnnx } from '../onnx/write.js';

type Outputs = Readonly<Record<string, SymbolicTensor>>;

/** Writes the graph that computes `outputs` as ONNX and runs it once on the processor. */
export async function evaluate(
  outputs: Outputs,
  feeds: Tensors = {},
  weights?: Tensors,
): Promise<Record<string, Tensor>> {
  return withSession(toOnnx({ outputs, weights }), (session) => session.run(feeds));
}

/** Opens a model for as long as `use` takes. */
export async function withSession<T>(model: Uint8Array, use: (session: Session) => Promise<T>): Promise<T> {
  const session = await cpu.load(model);
  try {
    return await use(session);
  } finally {
    await session.dispose();
  }
}

/** The elements of a tensor as numbers. */
export function numbers(tensor: Tensor | undefined): number[] {
  if (!tensor) throw new Error('there is no such tensor');
  return Array.from(tensor.data, Number);
}
