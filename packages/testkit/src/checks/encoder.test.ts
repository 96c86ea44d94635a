import { definePlugin, type Encoder, type Features, type Random, type Text } from '@sensorium/contracts';
import { cast, div, linear, maximum, mean, mul, sum, unsqueeze } from '@sensorium/graph';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { checkEncoder } from '../index.js';

// The plugin here keeps all rules; the tests break one of them at a time and expect exactly that to be found.

const encoderOptions = z.strictObject({
  tokens: z.int().positive().default(4).describe('characters of a text'),
  dropout: z.number().min(0).max(1).default(0.5).describe('how often a character is hidden in training'),
  first: z.string().optional().describe('the first character of the training table'),
});

/** Character codes. */
const goodEncoder = definePlugin({
  specVersion: 'v1',
  kind: 'encoder',
  name: 'letters',
  modality: 'text',
  options: encoderOptions,
  async learn(given, texts) {
    for await (const { text } of texts) return { ...given, first: given.first ?? text[0] ?? 'a' };
    return given;
  },
  create: ({ tokens, dropout, first = 'a' }): Encoder<'text'> => ({
    inputs: { codes: { dtype: 'float32', shape: [tokens] } },
    prepare: ({ text }) => ({
      codes: {
        dtype: 'float32',
        shape: [1, tokens],
        data: Float32Array.from({ length: tokens }, (_, i) =>
          i < text.length ? 1 + (text.charCodeAt(i) - first.charCodeAt(0)) / 99 : 0,
        ),
      },
    }),
    augment: (sample, random) => ({
      codes: {
        dtype: 'float32',
        shape: [1, tokens],
        data: Float32Array.from(sample['codes']?.data as Float32Array, (code) =>
          random.uniform() < dropout ? 0 : code,
        ),
      },
    }),
    build(scope, { codes }, present): Features {
      if (!codes) throw new Error('no codes');
      const mask = cast(cast(codes, 'bool'), 'float32');
      const letters = linear(scope, unsqueeze(codes, 2), 5);
      const pooled = div(sum(mul(letters, unsqueeze(mask, 2)), [1]), maximum(sum(mask, [1], { keep: true }), 1));
      return { tokens: letters, mask, pooled, present };
    },
  }),
});
type EncoderPlugin = typeof goodEncoder;

const changed = (change: (encoder: Encoder<'text'>) => Partial<Encoder<'text'>>): EncoderPlugin => ({
  ...goodEncoder,
  create(options) {
    const encoder = goodEncoder.create(options);
    return { ...encoder, ...change(encoder) };
  },
});
const texts = ['abc', 'hello', ''].map((text): Text => ({ kind: 'text', text }));

const brokenEncoders: Record<string, [EncoderPlugin, string]> = {
  'prepare that counts its calls': [
    changed((encoder) => {
      let calls = 0;
      return {
        prepare(media) {
          const { codes } = encoder.prepare(media);
          if (codes) codes.data[0] = calls++;
          return { ...(codes && { codes }) };
        },
      };
    }),
    'prepares the same medium the same way, and does not change it: medium 0 is prepared differently the second time',
  ],
  'prepare that changes the medium': [
    changed((encoder) => ({
      prepare(media) {
        Object.assign(media, { text: media.text.trim().padEnd(4) });
        return encoder.prepare(media);
      },
    })),
    'prepare changes the medium that it is given',
  ],
  'tensors of another shape': [
    changed(() => ({ inputs: { codes: { dtype: 'float32', shape: [9] } } })),
    'prepares the tensors that it declares: medium 0: "codes" is declared as float32 [1,9], and prepared as float32 [1,4]',
  ],
  'randomness of its own': [
    changed((encoder) => ({
      augment: (sample) => encoder.augment?.(sample, { uniform: () => Math.random() } as Random) ?? sample,
    })),
    'augments as the seed says, and does not change its argument: medium 0: one seed gave two variants',
  ],
  'augment in place': [
    changed(() => ({
      augment(sample) {
        sample['codes']?.data.fill(0 as never);
        return sample;
      },
    })),
    'augment changes its argument',
  ],
  'pooled that reads padding': [
    changed((encoder) => ({
      build(scope, x, present) {
        const features = encoder.build(scope, x, present);
        return { ...features, pooled: mean(features.tokens, [1]) };
      },
    })),
    'pools only the tokens that the mask keeps: pooled depends on tokens whose mask is 0',
  ],
  'numbers that are not finite for nothing': [
    changed((encoder) => ({
      build(scope, x, present) {
        const features = encoder.build(scope, x, present);
        return { ...features, pooled: div(features.pooled, present) };
      },
    })),
    'is finite where the input is missing: pooled is not finite',
  ],
  'learning that is not the same': [
    { ...goodEncoder, learn: async (given) => ({ ...given, first: String(Math.random()) }) },
    'learning twice from the same media gave different options',
  ],
  'learning that the schema does not take': [
    { ...goodEncoder, learn: async (given) => ({ ...given, unheard: 1 }) },
    'Unrecognized key',
  ],
};

describe('an encoder', () => {
  it('that keeps all rules has no problems', async () => {
    expect(await checkEncoder(goodEncoder, { options: [{}], media: texts })).toEqual([]);
  });

  it.each(Object.entries(brokenEncoders))('with %s is caught', async (_, [plugin, expected]) => {
    const problems = await checkEncoder(plugin, { options: [{}], media: structuredClone(texts) });
    const lines = problems.map(({ check, message }) => `${check}: ${message}`);
    expect(lines).toContainEqual(expect.stringContaining(expected));
  });

  it('that leaves one of two options to its default is caught', async () => {
    const plugin: EncoderPlugin = {
      ...goodEncoder,
      create: (options) =>
        goodEncoder.create({ ...encoderOptions.parse({}), tokens: options.tokens, first: options.first }),
    };
    expect(await checkEncoder(plugin, { options: [{}], media: texts })).toEqual([
      { check: 'reads every option', message: 'the option "dropout" is never read' },
    ]);
  });
});
