import { required, type Features, type Fusion, type Scope } from '@sensorium/contracts';
import {
  add,
  concat,
  defineOperator,
  div,
  greater,
  linear,
  log,
  max,
  maximum,
  mean,
  mul,
  neg,
  parameter,
  single,
  softmax,
  sub,
  unsqueeze,
  where,
  zeros,
} from '@sensorium/graph';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { checkFusion } from '../index.js';
import { fusionGroups } from '../plugin-groups.js';
import { expectCaught, type Broken } from '../testing/caught.js';
import { fusionOptions, goodFusion, type FusionUnderTest } from '../testing/good-fusion.js';
import { definitionChecks } from './definition.js';
import { featureChecks } from './features.js';
import { fusionChecks } from './fusion.js';
import { graphChecks } from './graph.js';
import { trainingChecks } from './training.js';

// The plugin keeps all rules; each of the others breaks one, which has to be found.

type Parts = Parameters<Fusion['build']>[1];

/** The same fusion with other features. */
const changed = (change: (features: Features, scope: Scope, parts: Parts) => Partial<Features>): FusionUnderTest => ({
  ...goodFusion,
  create: (options, files) => ({
    build(scope, parts) {
      const features = goodFusion.create(options, files).build(scope, parts);
      return { ...features, ...change(features, scope, parts) };
    },
  }),
});

const wrongSquare = defineOperator('Identity', {
  shape: ([x]) => x.shape.with(-1, 7),
  gradient: ({ upstream }) => [upstream],
});

const randomNormal = defineOperator('RandomNormalLike', { shape: ([x]) => x.shape });

let builds = 0;

/** The largest of a part's tokens, and a very small number where there are none. */
const largestToken = ({ tokens, mask }: Features) => max(where(unsqueeze(greater(mask, 0), 2), tokens, -1e30), [1]);

const partOf = (parts: Parts, name: string): Features => required(parts[name], name);

const broken: Broken<FusionUnderTest> = {
  'another version and a name with capitals': [
    { ...goodFusion, specVersion: 'v2' as 'v1', name: 'Mean' },
    'is a plugin of its kind: specVersion is "v2"',
    'is a plugin of its kind: the name "Mean"',
  ],
  'options that take anything, without descriptions': [
    { ...goodFusion, options: z.object({ dim: z.int().default(6) }) as unknown as typeof fusionOptions },
    'rejects unknown options: options takes unknown keys',
    'describes every option: the option "dim" has no description',
  ],
  'an option that fails by default': [
    { ...goodFusion, options: fusionOptions.refine(({ first }) => first !== undefined, { path: ['first'] }) },
    'fills every default: without options, "first" fails',
  ],
  'an option that JSON does not keep': [
    { ...goodFusion, options: fusionOptions.extend({ from: z.number().default(-Infinity).describe('a start') }) },
    'has options that are JSON: {}, parsed, has values that JSON does not keep',
  ],
  'an option that is never read': [
    { ...goodFusion, options: fusionOptions.extend({ heads: z.int().default(4).describe('attention heads') }) },
    'reads every option: the option "heads" is never read',
  ],
  'a need of two parts': [changed((_, __, parts) => (partOf(parts, 'second'), {})), 'fuses a single part: '],
  'masked tokens that leak': [
    changed(({ pooled }, scope, parts) => {
      const means = Object.entries(parts).map(([name, { tokens, present }]) =>
        mul(linear(scope.at(name, 'tokens'), mean(tokens, [1]), 6), present),
      );
      return { pooled: add(pooled, means.reduce(add)) };
    }),
    'ignores tokens that the mask hides: masked tokens of "first" change the result: pooled: ',
  ],
  'an absent part that leaks behind a closed gate': [
    changed(({ pooled }, scope, parts) => {
      const gate = parameter(scope, 'gate', [1], zeros);
      return { pooled: add(pooled, mul(gate, linear(scope.at('leak'), partOf(parts, 'first').pooled, 6))) };
    }),
    'ignores what an absent part says: the absent "first" changes the result: pooled',
  ],
  'a presence of its own': [
    changed((_, __, parts) => ({ present: partOf(parts, 'first').present })),
    'says that its result is there if any part is: with second and third present is 0',
  ],
  'a division by nothing': [
    changed(({ pooled }, _, parts) => ({
      pooled: div(
        pooled,
        Object.values(parts)
          .map(({ present }) => present)
          .reduce(add),
      ),
    })),
    'is finite, and of common size, for samples without any token or any part: pooled is not finite for samples that lack parts',
  ],
  'the largest of no tokens': [
    changed(({ pooled }, scope, parts) => {
      const vectors = Object.entries(parts).map(([name, part]) =>
        mul(linear(scope.at(name, 'largest'), largestToken(part), 6), part.present),
      );
      return { pooled: add(pooled, vectors.reduce(add)) };
    }),
    'is finite, and of common size, for samples without any token or any part: pooled reaches',
    'for samples whose "second" is there without tokens',
  ],
  'a wrong static shape': [
    changed(({ pooled }) => ({ pooled: single(wrongSquare([pooled], {})) })),
    'gives features: tokens [B,T,D], mask [B,T], pooled [B,D], present [B,1]: pooled is float32 [batch,7], not float32 [batch,6]',
    'infers the shapes and types that come out, for any batch size: pooled is built as float32 [batch,7]',
  ],
  'a grid of other tokens': [
    changed(() => ({ grid: [2, 3] })),
    'gives a grid, layers and maps that fit the tokens, if any: the grid [2,3] does not hold 1 tokens',
  ],
  'layers of other tokens, and maps that are none': [
    changed(({ pooled, tokens }) => ({ layers: [concat([tokens, tokens], 1)], maps: [pooled] })),
    'gives a grid, layers and maps that fit the tokens, if any: layers[0] is float32 [batch,2,6], not float32 [batch,1,D]',
    'gives a grid, layers and maps that fit the tokens, if any: maps[0] is float32 [batch,6], not float32 [batch,C,H,W]',
  ],
  'maps from fine to coarse': [
    changed(({ tokens }) => ({ maps: [unsqueeze(concat([tokens, tokens], 1), 1), unsqueeze(tokens, 1)] })),
    'gives a grid, layers and maps that fit the tokens, if any: maps are not sorted from coarse to fine',
  ],
  'a mask of shares': [
    changed(({ mask }) => ({ mask: mul(mask, 0.5) })),
    'gives a mask of zeros and ones: mask has other values than 0 and 1',
  ],
  'a loss that is not finite': [
    changed(({ pooled }, scope) => {
      scope.loss('sharpness', log(neg(mean(mul(pooled, pooled)))));
      return {};
    }),
    'adds losses of its own that are finite: the loss "module/sharpness" is not finite',
  ],
  'randomness at inference': [
    changed(({ pooled }, scope) => ({ pooled: add(pooled, scope.random(pooled.shape)) })),
    'asks for random numbers in training only: a finished model would have to be fed "module.noise"',
  ],
  'numbers that are not finite': [
    changed(({ pooled }) => ({ pooled: log(sub(pooled, 1e6)) })),
    'gives finite numbers: pooled is not finite',
  ],
  'other numbers every time': [
    changed(({ pooled }) => ({ pooled: add(pooled, single(randomNormal([pooled], {}))) })),
    'gives the same numbers for the same samples: pooled: ',
  ],
  'samples that see each other': [
    changed(({ pooled }) => ({ pooled: sub(pooled, mean(pooled, [0], { keep: true })) })),
    'treats each sample of a batch alone: sample 0, among others and alone: pooled',
  ],
  'builds that differ': [
    changed(({ pooled }) => ({ pooled: mul(pooled, builds++) })),
    'builds the same file every time: two builds gave different files',
  ],
  'a parameter without gradient': [
    changed((_, scope) => {
      scope.parameter('forgotten', [2, 2], zeros);
      return {};
    }),
    'trains every parameter: "forgotten" gets no gradient',
  ],
  'a parameter behind a constant of softmax': [
    changed(({ pooled }, scope) => ({
      pooled: add(pooled, softmax(add(pooled, scope.parameter('shift', [1], zeros)))),
    })),
    'trains every parameter: "shift" gets no gradient',
  ],
};

/** Fusions that look suspicious, and are not. */
const innocent: Readonly<Record<string, FusionUnderTest>> = {
  'tokens that the mask has made 0': changed(({ tokens, mask }) => ({ tokens: mul(tokens, unsqueeze(mask, 2)) })),
  'zeros with a sign': changed(({ present, mask }) => ({ present: neg(neg(present)), mask: neg(mul(mask, -1)) })),
  'very small numbers at masked tokens': changed(({ tokens, mask }) => ({
    tokens: where(unsqueeze(greater(mask, 0), 2), tokens, -1e30),
  })),
  'no parameters': {
    ...goodFusion,
    create: () => ({
      build(_, parts): Features {
        const all = Object.values(parts).map(({ pooled, present }) => mul(mean(pooled, [1], { keep: true }), present));
        const pooled = all.reduce(add);
        const present = Object.values(parts)
          .map((part) => part.present)
          .reduce(maximum);
        return { tokens: unsqueeze(pooled, 1), mask: present, pooled, present };
      },
    }),
  },
};

/** Every other part listens to one that an option names. */
const listening: FusionUnderTest = {
  ...goodFusion,
  create: (options, files) => ({
    build(scope, parts) {
      if (options.first !== undefined) partOf(parts, options.first);
      return goodFusion.create(options, files).build(scope, parts);
    },
  }),
};

describe('a fusion', () => {
  it('that keeps all rules has no problems', async () => {
    expect(await checkFusion(goodFusion, { options: [{}, { dim: 3 }] })).toEqual([]);
  });

  it('may have options that name its parts', async () => {
    const options = [{ first: 'words' }, { first: 'picture' }];
    expect(await checkFusion(listening, { options, of: ['picture', 'words'] })).toEqual([]);
    expect(await checkFusion(listening, { options })).not.toEqual([]);
  });

  it.each(Object.entries(innocent))('with %s has no problems', async (_, plugin) => {
    const problems = await checkFusion(plugin, { options: [{}] });
    expect(problems.filter(({ check }) => check !== 'reads every option')).toEqual([]);
  });

  expectCaught(broken, (plugin) => fusionGroups(plugin, { options: [{}] }), [
    ...definitionChecks,
    ...fusionChecks,
    ...featureChecks,
    ...graphChecks,
    ...trainingChecks,
  ]);
});
