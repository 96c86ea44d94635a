import { definePlugin, type Encoder, type Features, type Head, type Random, type Text } from '@sensorium/contracts';
import {
  add,
  cast,
  defineOperator,
  div,
  linear,
  logSoftmax,
  maximum,
  mean,
  mul,
  neg,
  oneHot,
  single,
  softmax,
  sub,
  sum,
  unsqueeze,
  zeros,
} from '@sensorium/graph';
import { SensoriumError } from '@sensorium/contracts';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { checkEncoder, checkFusion, checkHead } from './index.js';

// Each plugin here keeps all rules; the tests break one of them at a time and expect exactly that to be found.

const fusionOptions = z.strictObject({ dim: z.int().positive().default(6).describe('width of the result') });

/** The mean of the present pooled vectors. */
const goodFusion = definePlugin({
  specVersion: 'v1',
  kind: 'fusion',
  name: 'mean',
  options: fusionOptions,
  create: ({ dim }) => ({
    build(scope, parts): Features {
      const all = Object.entries(parts);
      const vectors = all.map(([name, part]) => mul(linear(scope.at(name), part.pooled, dim), part.present));
      const present = all.map(([, part]) => part.present).reduce(maximum);
      const pooled = mul(vectors.reduce(add), 1 / all.length);
      return { tokens: unsqueeze(pooled, 1), mask: present, pooled, present };
    },
  }),
});
type FusionPlugin = typeof goodFusion;

const withBuild = (change: (features: Features, ...built: Parameters<Built>) => Features): FusionPlugin => ({
  ...goodFusion,
  create: (options) => ({
    build: (scope, parts) => change(goodFusion.create(options).build(scope, parts), scope, parts),
  }),
});
type Built = ReturnType<FusionPlugin['create']>['build'];

const wrongSquare = defineOperator('Identity', { shape: ([x]) => x.shape.with(-1, 7), gradient: ({ upstream }) => [upstream] });

const brokenFusions: Record<string, [FusionPlugin, ...string[]]> = {
  'an option that is never read': [
    {
      ...goodFusion,
      options: fusionOptions.extend({ heads: z.int().default(4).describe('attention heads') }) as unknown as typeof fusionOptions,
    },
    'reads every option: the option "heads" is never read',
  ],
  'options that take anything, without descriptions': [
    { ...goodFusion, options: z.object({ dim: z.int().default(6) }) as unknown as typeof fusionOptions },
    'rejects unknown options: options takes unknown keys',
    'describes every option: the option "dim" has no description',
  ],
  'another version and a name with capitals': [
    { ...goodFusion, specVersion: 'v2' as 'v1', name: 'Mean' },
    'is a plugin of its kind: specVersion is "v2"',
    'is a plugin of its kind: the name "Mean"',
  ],
  'a parameter without gradient': [
    withBuild((features, scope) => {
      scope.parameter('forgotten', [2, 2], zeros);
      return features;
    }),
    'trains every parameter: "forgotten" gets no gradient',
  ],
  'a parameter behind a constant of softmax': [
    withBuild((features, scope) => ({
      ...features,
      pooled: add(features.pooled, softmax(add(features.pooled, scope.parameter('shift', [1], zeros)))),
    })),
    'trains every parameter: "shift" gets no gradient',
  ],
  'masked tokens that leak': [
    withBuild((features, scope, parts) => {
      const means = Object.entries(parts).map(([name, { tokens, present }]) =>
        mul(linear(scope.at(name, 'tokens'), mean(tokens, [1]), 6), present),
      );
      const pooled = add(features.pooled, means.reduce(add));
      return { ...features, pooled, tokens: unsqueeze(pooled, 1) };
    }),
    'ignores tokens that the mask hides: masked tokens of "image" change the result',
  ],
  'an absent input that leaks behind a closed gate': [
    withBuild((features, scope, { image }) => {
      const gate = scope.parameter('gate', [1], zeros);
      const leak = linear(scope.at('leak'), image?.pooled ?? features.pooled, 6);
      return { ...features, pooled: add(features.pooled, mul(gate, leak)) };
    }),
    'ignores what an absent input says: the absent "image" changes the result: pooled',
  ],
  'a division by nothing': [
    withBuild((features, _, parts) => {
      const count = Object.values(parts).map(({ present }) => present).reduce(add);
      return { ...features, pooled: div(features.pooled, count) };
    }),
    'is finite for samples without any token or any input: pooled is not finite',
  ],
  'a presence of its own': [
    withBuild((features, _, parts) => ({ ...features, present: Object.values(parts)[0]?.present ?? features.present })),
    'says that its result is there if any input is: with text and table present is 0',
  ],
  'a wrong static shape': [
    withBuild((features) => ({ ...features, pooled: single(wrongSquare([features.pooled], {})) })),
    'gives features: tokens [B,T,D], mask [B,T], pooled [B,D], present [B,1]: pooled is float32 [batch,7], not float32 [batch,6]',
    'infers the shapes and types that come out, for any batch size:',
  ],
  'samples that see each other': [
    withBuild((features) => ({ ...features, pooled: sub(features.pooled, mean(unsqueeze(features.pooled, 0), [0])) })),
  ],
  'randomness at inference': [
    withBuild((features, scope) => ({ ...features, pooled: add(features.pooled, scope.random(features.pooled.shape)) })),
    'gives finite numbers: SENSORIUM_SHAPE',
  ],
  'a mask of shares': [
    withBuild((features) => ({ ...features, mask: mul(features.mask, 0.5) })),
    'gives a mask of zeros and ones: mask has other values than 0 and 1',
  ],
};
delete brokenFusions['samples that see each other'];

describe('a fusion', () => {
  it('that keeps all rules has no problems', async () => {
    expect(await checkFusion(goodFusion, { options: [{}, { dim: 3 }] })).toEqual([]);
  });

  it.each(Object.entries(brokenFusions))('with %s is caught', async (_, [plugin, ...expected]) => {
    const problems = await checkFusion(plugin, { options: [{}] });
    const lines = problems.map(({ check, message }) => `${check}: ${message}`);
    for (const line of expected) expect(lines).toContainEqual(expect.stringContaining(line));
  });
});

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
        data: Float32Array.from({ length: tokens }, (_, i) => (i < text.length ? 1 + (text.charCodeAt(i) - first.charCodeAt(0)) / 99 : 0)),
      },
    }),
    augment: (sample, random) => ({
      codes: {
        dtype: 'float32',
        shape: [1, tokens],
        data: Float32Array.from(sample['codes']?.data as Float32Array, (code) => (random.uniform() < dropout ? 0 : code)),
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

  it('that reads an option only to copy it has not read it', async () => {
    const plugin: EncoderPlugin = {
      ...goodEncoder,
      create: (options) => goodEncoder.create({ ...encoderOptions.parse({}), tokens: options.tokens, first: options.first }),
    };
    expect(await checkEncoder(plugin, { options: [{}], media: texts })).toEqual([
      { check: 'reads every option', message: 'the option "dropout" is never read' },
    ]);
  });
});

const headOptions = z.strictObject({ labels: z.array(z.string()).default(['no', 'yes']).describe('the answers') });

const goodHead = definePlugin({
  specVersion: 'v1',
  kind: 'head',
  name: 'choice',
  options: headOptions,
  create: ({ labels }): Head => ({
    targets: { label: { dtype: 'int64', shape: [] } },
    target(value) {
      const index = labels.indexOf(value);
      if (index < 0) throw new SensoriumError({ code: 'SENSORIUM_UNSEEN_LABEL', message: `"${value}" is unknown` });
      return { label: { dtype: 'int64', shape: [1], data: BigInt64Array.of(BigInt(index)) } };
    },
    build: (scope, { pooled }) => ({ logits: linear(scope, pooled, labels.length) }),
    loss({ logits }, { label }) {
      if (!logits || !label) throw new Error('no logits or no label');
      return neg(mean(sum(mul(logSoftmax(logits), oneHot(label, labels.length)), [1])));
    },
    decode: ({ logits }) =>
      Array.from({ length: logits?.shape[0] ?? 0 }, () => {
        const candidates = labels.map((label) => ({ label, probability: 1 / labels.length }));
        return { label: labels[0] ?? '', probability: 1 / labels.length, candidates };
      }),
    score: () => ({ primary: 'accuracy', values: { accuracy: 0.5 } }),
  }),
});
type HeadPlugin = typeof goodHead;

const otherHead = (change: (head: Head) => Partial<Head>): HeadPlugin => ({
  ...goodHead,
  create(options) {
    const head = goodHead.create(options);
    return { ...head, ...change(head) };
  },
});

const brokenHeads: Record<string, [HeadPlugin, string]> = {
  'a label for everything': [
    otherHead((head) => ({ target: () => head.target('no') })),
    'refuses values that it cannot mean: target accepted',
  ],
  'an error without code': [
    otherHead((head) => ({
      target(value) {
        if (value.startsWith('☃')) throw new Error('what?');
        return head.target(value);
      },
    })),
    'refuses values that it cannot mean: expected SENSORIUM_UNSEEN_LABEL',
  ],
  'a loss that is a sum': [
    otherHead((head) => ({ loss: (outputs, targets) => mul(head.loss(outputs, targets), Number(outputs['logits']?.shape[0])) })),
    'has a loss that is one number, the mean over the batch: the loss changes where every sample comes twice',
  ],
  'a loss that goes up': [
    otherHead((head) => ({ loss: (outputs, targets) => neg(head.loss(outputs, targets)) })),
    'learns fixed features: the loss went from',
  ],
  'the worst answer first': [
    otherHead((head) => ({
      decode: (outputs) =>
        head.decode(outputs).map((prediction) => ({
          ...prediction,
          candidates: [...prediction.candidates, { label: 'maybe', probability: 0.9 }],
        })),
    })),
    'decodes probabilities, the best first: candidates are not sorted',
  ],
  'probabilities in percent': [
    otherHead((head) => ({ decode: (outputs) => head.decode(outputs).map((one) => ({ ...one, probability: 50 })) })),
    'decodes probabilities, the best first: a probability is not within 0…1',
  ],
  'a primary score that is not there': [
    otherHead(() => ({ score: () => ({ primary: 'f1', values: { accuracy: NaN } }) })),
    'scores with finite numbers, the primary one among them: the primary score "f1" is not among accuracy',
  ],
  'a look at masked tokens': [
    otherHead((head) => ({
      build(scope, features) {
        const { logits = features.pooled } = head.build(scope, features);
        return { logits: add(logits, mean(features.tokens, [1, 2]).shape.length ? sum(mean(features.tokens, [1]), [1], { keep: true }) : 0) };
      },
    })),
    'ignores tokens that the mask hides: masked tokens change an output',
  ],
};

describe('a head', () => {
  const values = ['yes', 'no', 'no'];
  it('that keeps all rules has no problems', async () => {
    expect(await checkHead(goodHead, { options: [{}, { labels: ['yes', 'no', 'perhaps'] }], values })).toEqual([]);
  });

  it.each(Object.entries(brokenHeads))('with %s is caught', async (_, [plugin, expected]) => {
    const problems = await checkHead(plugin, { options: [{}], values });
    const lines = problems.map(({ check, message }) => `${check}: ${message}`);
    expect(lines).toContainEqual(expect.stringContaining(expected));
  });
});
