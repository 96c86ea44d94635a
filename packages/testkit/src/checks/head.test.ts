import { definePlugin, SensoriumError, type Head } from '@sensorium/contracts';
import { add, linear, logSoftmax, mean, mul, neg, oneHot, sum } from '@sensorium/graph';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { checkHead } from '../index.js';

// The plugin here keeps all rules; the tests break one of them at a time and expect exactly that to be found.

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
    otherHead((head) => ({
      loss: (outputs, targets) => mul(head.loss(outputs, targets), Number(outputs['logits']?.shape[0])),
    })),
    'has a loss that is one number, the mean over the batch: the loss changes where every sample comes twice',
  ],
  'a loss that stays where it is': [
    otherHead((head) => ({ loss: (outputs, targets) => add(mul(head.loss(outputs, targets), 0.01), 1) })),
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
        return { logits: add(logits, mean(mean(features.tokens, [1]), [1], { keep: true })) };
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
