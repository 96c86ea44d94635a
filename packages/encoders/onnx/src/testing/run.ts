import { cpu } from '@sensorium/backend-node';
import type { PluginFiles, Tensor, Tensors } from '@sensorium/contracts';
import { stack } from '@sensorium/tensors';
import { runGraph } from '@sensorium/testkit';
import type { z } from 'zod';
import { onnx } from '../index.js';
import type { Decoded } from '../kinds/index.js';
import { graphOf } from './models.js';

export type Given = z.input<typeof onnx.options>;
export type Learned = z.output<typeof onnx.options>;

/** Options as training on these values makes them. */
export async function learn(given: Given, values: readonly Decoded[], files: PluginFiles): Promise<Learned> {
  async function* all(): AsyncGenerator<Decoded> {
    yield* values;
  }
  return onnx.learn!(onnx.options.parse(given), all(), files);
}

/** What the encoder makes of several values in one batch. */
export async function featuresOf(
  given: Given,
  values: readonly Decoded[],
  files: PluginFiles,
): Promise<Record<'tokens' | 'mask' | 'pooled', Tensor>> {
  const encoder = onnx.create(await learn(given, values, files), files);
  const { features, weights } = graphOf(encoder);
  const present: Tensor = {
    dtype: 'float32',
    shape: [values.length, 1],
    data: new Float32Array(values.length).fill(1),
  };
  const fed = { ...stack(values.map((value) => encoder.prepare(value))), present };
  return runGraph(features, fed, weights);
}

/** A file as it is, in ONNX Runtime alone. */
export async function runFiles<T>(bytes: Uint8Array, work: (run: RunFile) => Promise<T>): Promise<T> {
  const session = await cpu.load(bytes);
  try {
    return await work(async (feeds) => {
      const outputs = await session.run(feeds);
      return (name) => Array.from(outputs[name]!.data, Number);
    });
  } finally {
    await session.dispose();
  }
}

/** Gives the numbers of an output by its name. */
export type RunFile = (feeds: Tensors) => Promise<(output: string) => number[]>;

export const floats = (shape: readonly number[], data: ArrayLike<number>): Tensor => ({
  dtype: 'float32',
  shape,
  data: Float32Array.from(data),
});

export const numbers = (tensor: Tensor): number[] => Array.from(tensor.data, Number);

/** Those of one sample. */
export const sampleOf = (tensor: Tensor, sample: number): number[] => {
  const size = tensor.data.length / tensor.shape[0]!;
  return numbers(tensor).slice(sample * size, (sample + 1) * size);
};

/** Numbers of no meaning, each time the same. */
export const spread = (size: number, step = 0.37): Float32Array =>
  Float32Array.from({ length: size }, (_, index) => Math.sin(1 + index * step));
