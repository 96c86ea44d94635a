import { defineHead, onlyFeatures, required, type Encoder, type EncoderPlugin } from '@sensorium/contracts';
import { add, input, linear, matmul, mean, mul, square, sub, sum, zeros } from '@sensorium/graph';
import { number } from '@sensorium/modality-number';
import { z } from 'zod';

const options = z.strictObject({});

/** A number of its features and of noise, both kinds of it; a graph beside it has a value of its own and noise. */
export const sketch = defineHead({
  specVersion: 'v1',
  name: 'sketch',
  options,
  create: () => ({
    answer(scope, model) {
      const { pooled } = onlyFeatures(model);
      const batch = required(pooled.shape[0], 'the batch');
      const normal = scope.at('first').random([batch, 3], 'normal');
      const uniform = scope.at('second').random([batch, 2]);
      return { normal, uniform, value: add(linear(scope, pooled, 1), sum(normal, [1], { keep: true })) };
    },
    graphs: {
      step(scope, model) {
        const { pooled } = onlyFeatures(model);
        const noise = scope.random([required(pooled.shape[0], 'the batch'), 4]);
        const scale = input('scale', 'float32', []);
        return { noise, scaled: mul(linear(scope, pooled, 1), scale) };
      },
    },
    decode: ({ value }) =>
      Array.from(required(value, 'value').data as Float32Array, (one) => ({ text: String(one), value: one })),
  }),
});

/** Learns to see its input in spite of hidden tokens, as a teacher sees it: a loss alone, without a column. */
export const objective = defineHead({
  specVersion: 'v1',
  name: 'objective',
  options: z.strictObject({ hide: z.boolean().default(false), input: z.string().optional() }),
  create: ({ hide, input: named }) => ({
    loss(scope, model) {
      const name = named ?? required(model.inputs[0], 'an input');
      const teacher = model.encode(name, { teacher: 0.9 });
      const hidden = hide ? sub(1, teacher.mask) : undefined;
      const { pooled } = model.encode(name, { hidden });
      const guess = linear(scope.at('predictor'), pooled, Number(pooled.shape.at(-1)));
      return mean(square(sub(guess, teacher.pooled)));
    },
  }),
});

/** A number: its loss learns a weight that its answer needs, or another one, or none. */
export const estimate = defineHead({
  specVersion: 'v1',
  name: 'estimate',
  modality: number,
  options: z.strictObject({ answer: z.string().default('weight'), width: z.int().default(1) }),
  create: ({ answer, width }) => ({
    target: {
      kept: { value: { dtype: 'float32', shape: [1] } },
      prepare: (value) => ({ value: { dtype: 'float32', shape: [1, 1], data: Float32Array.of(value) } }),
    },
    answer(scope, model) {
      const { pooled } = onlyFeatures(model);
      const weight = scope.parameter(answer, [Number(pooled.shape.at(-1)), width], zeros);
      return { value: matmul(pooled, weight) };
    },
    loss(scope, model, { value }) {
      const { pooled } = onlyFeatures(model);
      const weight = scope.parameter('weight', [Number(pooled.shape.at(-1)), 1], zeros);
      return mean(square(sub(matmul(pooled, weight), required(value, 'value'))));
    },
  }),
});

/** Neither answers nor learns. */
export const idle = defineHead({ specVersion: 'v1', name: 'idle', options, create: () => ({}) });

/** The encoder of another plugin, changed. */
export const changedEncoder = (plugin: EncoderPlugin, name: string, change: Partial<Encoder>): EncoderPlugin => ({
  ...plugin,
  name,
  create: (given, files) => ({ ...plugin.create(given, files), ...change }),
});
