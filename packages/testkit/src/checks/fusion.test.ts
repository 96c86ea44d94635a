import { definePlugin, type Features } from '@sensorium/contracts';
import {
  add,
  defineOperator,
  div,
  linear,
  maximum,
  mean,
  mul,
  single,
  softmax,
  sub,
  unsqueeze,
  zeros,
} from '@sensorium/graph';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { checkFusion } from '../index.js';

// The plugin here keeps all rules; the tests break one of them at a time and expect exactly that to be found.

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

const wrongSquare = defineOperator('Identity', {
  shape: ([x]) => x.shape.with(-1, 7),
  gradient: ({ upstream }) => [upstream],
});

const brokenFusions: Record<string, [FusionPlugin, ...string[]]> = {
  'an option that is never read': [
    {
      ...goodFusion,
      options: fusionOptions.extend({
        heads: z.int().default(4).describe('attention heads'),
      }),
    },
    'reads every option: the option "heads" is never read',
  ],
  'options that take anything, without descriptions': [
    { ...goodFusion, options: z.object({ dim: z.int().default(6) }) },
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
      const count = Object.values(parts)
        .map(({ present }) => present)
        .reduce(add);
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
    withBuild((features) => ({
      ...features,
      pooled: sub(features.pooled, mean(features.pooled, [0], { keep: true })),
    })),
    'treats each sample of a batch alone: sample 0, among others and alone: pooled',
  ],
  'randomness at inference': [
    withBuild((features, scope) => ({
      ...features,
      pooled: add(features.pooled, scope.random(features.pooled.shape)),
    })),
    'gives finite numbers: SENSORIUM_SHAPE',
  ],
  'a mask of shares': [
    withBuild((features) => ({ ...features, mask: mul(features.mask, 0.5) })),
    'gives a mask of zeros and ones: mask has other values than 0 and 1',
  ],
};

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
