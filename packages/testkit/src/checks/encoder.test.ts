import {
  required,
  type Encoder,
  type Features,
  type Mixed,
  type PluginFiles,
  type Random,
  type Scope,
  type SymbolicTensor,
} from '@sensorium/contracts';
import { add, cast, constant, div, equal, mean, mul, unsqueeze, where, zeros, zerosLike } from '@sensorium/graph';
import { createRandom } from '@sensorium/data';
import { describe, expect, it } from 'vitest';
import { checkEncoder } from '../index.js';
import { encoderGroups } from '../plugin-groups.js';
import { expectCaught, type Broken } from '../testing/caught.js';
import { encoderOptions, goodEncoder, meanOf, type EncoderUnderTest } from '../testing/good-encoder.js';
import type { Words } from '../testing/words.js';
import { columnChecks } from './column.js';
import { contentChecks } from './content.js';
import { encoderChecks } from './encoder.js';
import { hidingChecks } from './hiding.js';
import { learningChecks } from './learning.js';
import { mixingChecks } from './mixing.js';
import { overlayChecks } from './overlay.js';

// The plugin keeps all rules; each of the others breaks one, which has to be found.

const values: readonly Words[] = ['hello', 'abc', '', 'zebra'].map((text) => ({ text }));
const files: PluginFiles = new Map([['alphabet.txt', new TextEncoder().encode('abc')]]);

const changed = (
  change: (encoder: Encoder<Words>, files: PluginFiles) => Partial<Encoder<Words>>,
): EncoderUnderTest => ({
  ...goodEncoder,
  create(options, own) {
    const encoder = goodEncoder.create(options, own);
    return { ...encoder, ...change(encoder, own) };
  },
});

/** The same view, drawn otherwise. */
const drawn = (
  change: (draw: NonNullable<Encoder['view']>['draw']) => NonNullable<Encoder['view']>['draw'],
): EncoderUnderTest =>
  changed(({ view }) => {
    const own = required(view, 'the view');
    return { view: { ...own, draw: change((kept, random) => own.draw(kept, random)) } };
  });

interface Built {
  readonly scope: Scope;
  readonly ids: SymbolicTensor;
  readonly present: SymbolicTensor;
  readonly hidden: SymbolicTensor | undefined;
}

/** Other features of the same encoder. */
const otherFeatures = (change: (features: Features, built: Built) => Partial<Features>): EncoderUnderTest =>
  changed((encoder) => ({
    build(scope, x, present, hidden) {
      const features = encoder.build(scope, x, present, hidden);
      return { ...features, ...change(features, { scope, ids: required(x['ids'], 'ids'), present, hidden }) };
    },
  }));

/** Other mixtures of the same encoder. */
const mixedInto = (change: (mixed: Mixed, scope: Scope) => Mixed): EncoderUnderTest =>
  changed((encoder) => ({
    mix: (scope, x, partner, ratio) => change(mixOf(encoder, scope, x, partner, ratio), scope),
  }));

const mixOf = (encoder: Encoder<Words>, ...given: Parameters<NonNullable<Encoder['mix']>>): Mixed =>
  required(encoder.mix?.(...given), 'a mixture');

let calls = 0;

/** Random numbers that no seed fixes. */
const chance = (): Random => createRandom(calls++);

const broken: Broken<EncoderUnderTest> = {
  'learning that is not the same': [
    { ...goodEncoder, learn: async (given) => ({ ...given, first: String(calls++) }) },
    'learns options that the schema takes, the same every time: learning twice from the same values gave different options',
  ],
  'learning that the schema does not take': [
    { ...goodEncoder, learn: async (given) => ({ ...given, first: 'a', unheard: 1 }) },
    'learns options that the schema takes, the same every time: what is learned, written as JSON, is no longer taken:',
  ],
  'an overlay of a tensor that there is not': [
    changed(({ overlay }) => ({ overlay: { ...required(overlay, 'the overlay'), of: ['letters'] } })),
    'shows what parts of a value contribute: `overlay.of` names letters, and the graph is fed ids',
  ],
  'an overlay without a weight for each part': [
    changed(() => ({
      overlay: {
        of: ['ids'],
        show: () => ({
          ...{ kind: 'curve', x: 'place', y: 'letter', alt: 'letters' },
          lines: { letters: [[0, 1] as const, [1, 2] as const] },
          weights: { letters: [1] },
        }),
      },
    })),
    'shows what parts of a value contribute: value 0: there are 1 weights for 2 parts, or one is not finite',
  ],
  'tensors of another shape': [
    changed(() => ({ kept: { ids: { dtype: 'int64', shape: [9] } } })),
    'prepares the tensors that it declares: value 0: "ids" is declared as int64 [1,9], and prepared as int64 [1,4]',
  ],
  'tensors that it does not declare': [
    changed((encoder) => ({
      prepare: (value) => ({ ...encoder.prepare(value), more: encoder.prepare(value)['ids']! }),
    })),
    'prepares the tensors that it declares: value 0: "more" is prepared and not declared',
  ],
  'prepare that counts its calls': [
    changed((encoder) => ({
      prepare(value) {
        const { ids } = encoder.prepare(value);
        ids!.data[0] = BigInt(calls++);
        return { ids: ids! };
      },
    })),
    'prepares the same value the same way, and does not change it: value 0 is prepared differently the second time',
  ],
  'prepare that changes the value': [
    changed((encoder) => ({
      prepare: (value) => encoder.prepare(Object.assign(value, { text: value.text.trim().padEnd(4) })),
    })),
    'prepares the same value the same way, and does not change it: prepare changes the value that it is given',
  ],
  'prepare that needs a file again': [
    changed((encoder, own) => ({
      prepare: (value) => encoder.prepare(own.size > 0 ? { text: value.text.toUpperCase() } : value),
    })),
    'prepares without the files that it learned from: value 0: is prepared differently without files',
  ],
  'an empty note': [
    changed(() => ({ notes: ({ text }) => (text ? [''] : []) })),
    'gives notes in words: value 0: its notes are empty or not always the same',
  ],
  'a survey without words': [
    changed(() => ({ survey: async () => ({ facts: [''], warnings: [] }) })),
    'tells in words what it knows of its values: a fact or a warning is empty',
  ],
  'a warning with a code that is none': [
    changed(() => ({
      survey: async () => ({ facts: [], warnings: [{ code: 'Too long!', message: 'long', hint: 'cut' }] }),
    })),
    'tells in words what it knows of its values: the code "Too long!" of a warning is not in small letters',
  ],
  'a view of another shape': [
    changed(({ view }) => ({ view: { ...view!, fed: { ids: { dtype: 'int64', shape: [3] } } } })),
    'views what it keeps in the shapes that it declares: value 0: "ids" is declared as int64 [1,3], and drawn as int64',
  ],
  'a view that varies outside training': [
    drawn((draw) => (kept, random) => draw(kept, random ?? { own: chance(), row: chance() })),
    'views the same sample the same way outside training: value 0: drawn with null again: ids: ',
  ],
  'a view with randomness of its own': [
    drawn((draw) => (kept, random) => draw(kept, random && { own: chance(), row: random.row })),
    'varies samples as the seed says, and does not change its argument: value 0: one seed gave two variants',
  ],
  'a view in place': [
    drawn(() => (kept, random) => {
      if (random) kept['ids']!.data.fill(0n as never);
      return kept;
    }),
    'varies samples as the seed says, and does not change its argument: value 0: draw changes its argument',
  ],
  'a view that asks for random numbers and does not use them': [
    drawn((draw) => (kept, random) => (random?.own.uniform(), draw(kept, null))),
    'has a view only where that shows something else: 64 variants of each value are the same',
  ],
  'a view that shows something else': [
    changed(({ view }) => ({ view: { ...view!, value: () => ({ text: 'something' }) } })),
    'shows what it views as a value that gives the same: value 0: prepared and drawn again: ids: ',
  ],
  'a view of the very thing': [
    drawn(() => (kept) => kept),
    'has a view only where that shows something else: nothing varies, and what is fed is what is kept',
  ],
  'features that are always there': [
    otherFeatures(({ present }) => ({ present: add(zerosLike(present), 1) })),
    'passes on whether the input is there: `present` of the features is not what build was given',
  ],
  'pooled that reads padding': [
    otherFeatures(({ tokens }) => ({ pooled: mean(tokens, [1]) })),
    'pools only the tokens that the mask keeps: pooled depends on tokens whose mask is 0',
  ],
  'numbers that are not finite for nothing': [
    otherFeatures(({ pooled }, { present }) => ({ pooled: div(pooled, present) })),
    'is finite where the input is missing: pooled is not finite for an input of zeros with present = 0',
  ],
  'content of another place': [
    changed((encoder) => ({
      content: (x) => {
        const content = encoder.content!(x);
        return 'ids' in content ? { ...content, ids: unsqueeze(content.ids, 2) } : content;
      },
    })),
    'says what stands at each token: ids [B,T] below their count, or values [B,T,N]: ids is int64 [batch,4,1], not int64',
  ],
  'content beyond its count': [
    changed((encoder) => ({ content: (x) => ({ ...encoder.content!(x), count: 1 }) })),
    'says what stands at each token: ids [B,T] below their count, or values [B,T,N]: an id is not within 0…0',
  ],
  'an unknown id beyond the count': [
    changed((encoder) => ({ content: (x) => ({ ...encoder.content!(x), unknown: 256 }) })),
    'says what stands at each token: ids [B,T] below their count, or values [B,T,N]: an id is not within 0…255',
  ],
  'content of numbers that are no float32 values': [
    changed(() => ({ content: ({ ids }) => ({ values: ids! }) })),
    'says what stands at each token: ids [B,T] below their count, or values [B,T,N]: values is int64 [batch,4], not float32',
  ],
  'features that change where nothing is hidden': [
    otherFeatures(({ pooled }, { hidden }) => (hidden ? { pooled: mul(pooled, 2) } : {})),
    'is the same where no token is hidden: where `hidden` is 0 everywhere, pooled: ',
  ],
  'a look at hidden tokens': [
    otherFeatures(({ tokens }, { scope, ids }) => {
      const peek = mul(
        unsqueeze(cast(ids, 'float32'), 2),
        scope.parameter('peek', [1], () => Float32Array.of(0.1)),
      );
      return { tokens: add(tokens, peek) };
    }),
    'does not look at hidden tokens: what stands at a hidden token changes tokens: ',
  ],
  'a look at hidden tokens in a layer': [
    otherFeatures(({ layers }, { ids }) => ({ layers: [add(layers![0]!, unsqueeze(cast(ids, 'float32'), 2))] })),
    'does not look at hidden tokens: what stands at a hidden token changes layers.0: ',
  ],
  'a parameter for hidden tokens that nothing reads': [
    otherFeatures((_, { scope, hidden }) => {
      if (hidden) scope.parameter('idle', [2], zeros);
      return {};
    }),
    'trains every parameter where tokens are hidden: "idle" gets no gradient',
  ],
  'mixtures of another shape': [
    mixedInto(({ x, ratio }) => ({ x: { ids: unsqueeze(x['ids']!, 2) }, ratio })),
    'mixes into tensors that it can build, and learns nothing there: "ids" is mixed into [batch,4,1], not [batch,4]',
  ],
  'mixtures that are learned': [
    mixedInto((mixed, scope) => (scope.parameter('strength', [1], zeros), mixed)),
    'mixes into tensors that it can build, and learns nothing there: mix declares the parameter "strength"',
  ],
  'samples and partners that are taken for each other': [
    changed((encoder) => ({ mix: (scope, x, partner, ratio) => mixOf(encoder, scope, partner, x, ratio) })),
    'has the sample alone at a ratio of 1, and its partner at 0: at a ratio of 1, ids: ',
    'has the sample alone at a ratio of 1, and its partner at 0: at a ratio of 0, ids: ',
  ],
  'a share of more than everything': [
    mixedInto(({ x, ratio }) => ({ x, ratio: add(ratio, 1) })),
    'says which share of a mixture is the sample: at a ratio of 0.5 it is float32 [], ',
  ],
};

/** Encoders that look suspicious, and are not. */
const innocent: Readonly<Record<string, EncoderUnderTest>> = {
  'tokens that the mask has made 0': otherFeatures(({ tokens, mask }) => {
    const visible = mul(tokens, unsqueeze(mask, 2));
    return { tokens: visible, pooled: mul(mean(visible, [1]), 4) };
  }),
  'zeros with a sign': otherFeatures(({ present }) => ({ present: mul(present, where(equal(present, 0), -1, 1)) })),
  'no parameters': changed(() => ({
    hides: false,
    build(_, { ids }, present) {
      const mask = cast(cast(ids!, 'bool'), 'float32');
      const tokens = mul(unsqueeze(cast(ids!, 'float32'), 2), constant([1, -1]));
      return { tokens, mask, pooled: meanOf(tokens, mask), present };
    },
  })),
  'nothing that may be left out': changed(() => ({
    view: undefined,
    notes: undefined,
    hides: undefined,
    content: undefined,
    mix: undefined,
  })),
  'a view that crops without chance': changed(() => ({
    kept: { ids: { dtype: 'int64', shape: [4] } },
    view: {
      fed: { ids: { dtype: 'int64', shape: [2] } },
      draw: ({ ids }) => ({ ids: { dtype: 'int64', shape: [1, 2], data: (ids!.data as BigInt64Array).slice(0, 2) } }),
    },
  })),
};

const trial = { options: [{}, { file: 'alphabet.txt' }], values, files };

describe('an encoder', () => {
  it('that keeps all rules has no problems', async () => {
    expect(await checkEncoder(goodEncoder, trial)).toEqual([]);
  });

  it.each(Object.entries(innocent))('with %s has no problems', async (_, plugin) => {
    const problems = await checkEncoder(plugin, trial);
    expect(problems.filter(({ check }) => check !== 'reads every option')).toEqual([]);
  });

  expectCaught(broken, (plugin) => encoderGroups(plugin, trial), [
    ...learningChecks,
    ...columnChecks,
    ...encoderChecks,
    ...contentChecks,
    ...overlayChecks,
    ...hidingChecks,
    ...mixingChecks,
  ]);

  it('that asks for a file which is not there is caught', async () => {
    const problems = await checkEncoder(goodEncoder, { options: [{ file: 'none.txt' }], values, files });
    expect(problems[0]?.message).toContain('the file "none.txt", which the plugin names,');
  });

  it('that leaves one of two options to its default is caught', async () => {
    const plugin: EncoderUnderTest = {
      ...goodEncoder,
      create: ({ tokens, first }, own) => goodEncoder.create({ ...encoderOptions.parse({}), tokens, first }, own),
    };
    expect(await checkEncoder(plugin, trial)).toEqual([
      { check: 'reads every option', message: 'the option "dropout" is never read' },
    ]);
  });
});
