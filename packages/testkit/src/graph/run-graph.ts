import { cpu } from '@sensorium/backend-node';
import type { Symbols, Tensor, Tensors } from '@sensorium/contracts';
import { toOnnx } from '@sensorium/graph';

/**
 * Computes `outputs` on the processor.
 *
 * @param inputs values of the graph's inputs by name; what the outputs do not need is left out
 * @param weights values of the parameters by their full names; those without count as inputs
 */
export function runGraph(
  outputs: Symbols,
  inputs: Tensors = {},
  weights: Tensors = {},
): Promise<Record<string, Tensor>> {
  return openGraph(outputs, weights, (run) => run(inputs));
}

/** Loads the graph behind `outputs` on ONNX Runtime while `use` needs it. */
export async function openGraph<T>(
  outputs: Symbols,
  weights: Tensors,
  use: (run: (inputs: Tensors) => Promise<Record<string, Tensor>>) => Promise<T>,
): Promise<T> {
  const session = await cpu.load(toOnnx({ outputs, weights }), { threads: 1 });
  const isNeeded = ([name]: [string, Tensor]): boolean => session.inputNames.includes(name);
  try {
    return await use((inputs) => session.run(Object.fromEntries(Object.entries(inputs).filter(isNeeded))));
  } finally {
    await session.dispose();
  }
}
