import { defineEncoder, required, type Features } from '@sensorium/contracts';
import { linear, relu, unsqueeze } from '@sensorium/graph';
import { number } from '@sensorium/modality-number';
import { z } from 'zod';

const options = z.strictObject({
  dim: z.int().positive().default(32).describe('width of the token'),
  scale: z
    .number()
    .positive()
    .optional()
    .describe('the largest size of a number; by default that of the training table'),
});

/** One number as one token: relu(x / scale · W + b) [B,1,dim]. */
export const newPlugin = defineEncoder({
  specVersion: 'v1',
  name: 'new-plugin',
  modality: number,
  options,
  async learn(given, values) {
    let largest = 0;
    for await (const value of values) largest = Math.max(largest, Math.abs(value));
    return { ...given, scale: given.scale ?? (largest > 0 ? largest : 1) };
  },
  create: ({ dim, scale = 1 }) => ({
    kept: { value: { dtype: 'float32', shape: [1] } },
    prepare: (value) => ({ value: { dtype: 'float32', shape: [1, 1], data: Float32Array.of(value / scale) } }),
    build(scope, { value }, present): Features {
      const pooled = relu(linear(scope, required(value, 'the input "value"'), dim));
      return { tokens: unsqueeze(pooled, 1), mask: present, pooled, present };
    },
  }),
});
