import { add, constant, div, log, mean, mul, neg, ones, slice, sub, sum, zeros } from '@sensorium/graph';
import { describe, expect, it } from 'vitest';
import { checkHead } from '../index.js';
import { headGroups } from '../plugin-groups.js';
import { expectCaught, type Broken } from '../testing/caught.js';
import { changed, trial } from '../testing/changed-head.js';
import { goodHead, goodObjective, goodPainter, type HeadUnderTest } from '../testing/good-heads.js';
import { decodeChecks } from './decode.js';
import { graphChecks } from './graph.js';
import { headChecks } from './head.js';
import { lossChecks } from './loss.js';
import { targetChecks } from './target.js';

// The plugins keep all rules; each of the others breaks one, which has to be found.

const decoded = (change: (prediction: Record<string, unknown>) => object): HeadUnderTest =>
  changed((head) => ({ decode: (outputs) => head.decode(outputs).map((one) => ({ ...one, ...change({ ...one }) })) }));

const shared = { badness: 0 };

const broken: Broken<HeadUnderTest> = {
  'nothing at all': [
    changed(() => ({ answer: undefined, loss: undefined, graphs: undefined, decode: undefined, meter: undefined })),
    'consists of parts that belong together: it has neither an answer nor a loss',
    'consists of parts that belong together: nothing reads its target',
  ],
  'predictions of no answer': [
    changed(() => ({ answer: undefined })),
    'consists of parts that belong together: it decodes answers that it does not give',
    'consists of parts that belong together: it measures answers that it does not give',
  ],
  'a target of no modality': [
    { ...goodHead, modality: undefined },
    'consists of parts that belong together: its target is of no modality',
  ],
  'a modality for nothing': [
    changed(() => ({ target: undefined })),
    'consists of parts that belong together: it names a modality and has no target',
  ],
  'samples that see each other in the answer': [
    changed((head) => ({
      answer(scope, model) {
        const { scores } = head.answer(scope, model);
        return { scores: sub(scores!, mean(scores!, [0], { keep: true })) };
      },
    })),
    'treats each sample of a batch alone: the answer: sample 0, among others and alone: scores: ',
  ],
  'samples that see each other in a further graph': [
    changed((head) => ({
      graphs: {
        distance(scope, model) {
          const { distance } = head.graphs['distance']!(scope, model);
          return { distance: sub(distance!, mean(distance!, [0], { keep: true })) };
        },
      },
    })),
    'treats each sample of a batch alone: the graph distance: sample 0, among others and alone: distance: ',
  ],
  'an output that is not for samples': [
    changed((head) => ({
      answer: (scope, model) => ({ ...head.answer(scope, model), constant: constant([1, 2]) }),
    })),
    'answers for each sample: outputs [B,…]: the output "constant" is [2], and the first axis counts no samples',
  ],
  'random numbers that change nothing': [
    changed((head) => ({
      answer(scope, model) {
        const { scores } = head.answer(scope, model);
        return { scores: add(scores!, mul(scope.random(scores!.shape), 0)) };
      },
    })),
    'answers otherwise where random numbers are other ones: the answer: it asks for random numbers, and other ones change nothing',
  ],
  'an answer of a teacher': [
    changed((head) => ({
      answer(scope, model) {
        const { scores } = head.answer(scope, model);
        return { scores: add(scores!, mean(model.encode('first', { teacher: 0.9 }).pooled, [1], { keep: true })) };
      },
    })),
    'follows nothing in a finished model: the answer: "inputs/first/first/weight:follower" follows only in training',
  ],
  'a look at masked tokens': [
    changed((head) => ({
      answer(scope, model) {
        const { scores } = head.answer(scope, model);
        return { scores: add(scores!, mean(mean(model.features['first']!.tokens, [1]), [1], { keep: true })) };
      },
    })),
    'ignores tokens that the mask hides: the answer: masked tokens change scores: ',
  ],
  'a look at masked tokens in the loss': [
    changed((head) => ({
      loss: (scope, model, target) => add(head.loss(scope, model, target), mean(model.features['first']!.tokens)),
    })),
    'ignores tokens that the mask hides: the loss: masked tokens change loss: ',
  ],
  'a division by what is there': [
    changed((head) => ({
      loss: (scope, model, target) =>
        mean(div(head.loss(scope, model, target), sum(model.features['first']!.mask, [1], { keep: true }))),
    })),
    'is finite where inputs are missing: the loss: loss is not finite for samples without inputs',
  ],
  'a target of another type': [
    changed((head) => ({ target: { ...head.target, kept: { id: { dtype: 'int32', shape: [] } } } })),
    'prepares the tensors that it declares: the target: value 0: "id" is declared as int32 [1], and prepared as int64 [1]',
  ],
  'a label for everything': [
    changed((head) => ({ target: { ...head.target, prepare: () => head.target.prepare({ text: 'no' }) } })),
    'refuses values that its target cannot mean: prepare took {"text":"maybe"}',
  ],
  'an error without code': [
    changed((head) => ({
      target: {
        ...head.target,
        prepare(value) {
          if (value.text === 'maybe') throw new Error('what?');
          return head.target.prepare(value);
        },
      },
    })),
    'refuses values that its target cannot mean: expected SENSORIUM_UNSEEN_LABEL or SENSORIUM_BAD_MEDIA, got Error: what?',
  ],
  'a loss for each sample': [
    changed((head) => ({ loss: (scope, model) => mean(head.answer(scope, model)['scores']!, [1]) })),
    'has a loss that is one finite number: the loss is float32 [12], not a float32 scalar',
  ],
  'a loss that is not finite': [
    changed((head) => ({ loss: (...given) => log(neg(head.loss(...given))) })),
    'has a loss that is one finite number: the loss is NaN',
  ],
  'a loss that is a sum': [
    changed((head) => ({
      loss: (scope, model, target) => mul(head.loss(scope, model, target), Number(target['id']!.shape[0])),
    })),
    'has a loss that is the mean over the batch, unless it couples samples: the loss changes where every sample comes twice',
  ],
  'a loss of the first sample': [
    changed((head) => ({
      couplesSamples: true,
      loss: (scope, model) => mean(slice(slice(head.answer(scope, model)['scores']!, 0, 0, 1), 1, 0, 1)),
    })),
    'has a loss that does not depend on the order of the samples: the loss changes where the samples come in another order',
  ],
  'a parameter that only the answer has': [
    changed((head) => ({
      answer(scope, model) {
        const { scores } = head.answer(scope, model);
        return { scores: mul(scores!, scope.parameter('scale', [1], ones)) };
      },
    })),
    'learns every parameter of its answer and its graphs: ',
    'the parameter "heads/head/scale" is in an answer and in no loss',
  ],
  'a parameter of the loss that nothing learns': [
    changed((head) => ({
      loss(scope, model, target) {
        scope.parameter('forgotten', [2], zeros);
        return head.loss(scope, model, target);
      },
    })),
    'trains every parameter: "forgotten" gets no gradient',
  ],
  'a loss that stays where it is': [
    changed((head) => ({ loss: (...given) => add(mul(head.loss(...given), 0.01), 1) })),
    'learns a batch by heart: the loss went from 1.0',
  ],
  'too few predictions': [
    changed((head) => ({ decode: (outputs) => head.decode(outputs).slice(1) })),
    'decodes a prediction for each sample: text, confidence 0…1, JSON: 11 predictions for 12 samples',
  ],
  'a confidence in percent': [
    decoded(() => ({ confidence: 50 })),
    'decodes a prediction for each sample: text, confidence 0…1, JSON: confidence is 50, not within 0…1',
  ],
  'a text of two lines': [
    decoded(() => ({ text: 'yes\nno' })),
    'decodes a prediction for each sample: text, confidence 0…1, JSON: text is "yes\\nno", not a line',
  ],
  'a field that JSON does not keep': [
    decoded(() => ({ scores: new Map() })),
    'decodes a prediction for each sample: text, confidence 0…1, JSON: a prediction is not JSON',
  ],
  'media that nobody can show': [
    decoded(({ media }) => ({
      media: {
        ...(media as object),
        modality: { show: () => ({ kind: 'picture', png: new Uint8Array(8), alt: 'x' }) },
      },
    })),
    'decodes a prediction for each sample: text, confidence 0…1, JSON: media: its bytes are no PNG',
  ],
  'other predictions every time': [
    decoded(() => ({ text: `${shared.badness++}` })),
    'decodes a prediction for each sample: text, confidence 0…1, JSON: decoded again, answers are other ones',
  ],
  'decode in place': [
    changed((head) => ({
      decode(outputs) {
        const predictions = head.decode(outputs);
        outputs['scores']!.data.fill(0 as never);
        return predictions;
      },
    })),
    'decodes a prediction for each sample: text, confidence 0…1, JSON: decode changes the outputs that it is given',
  ],
};

const innocent: Readonly<Record<string, HeadUnderTest>> = {
  'zeros with a sign': decoded(() => ({ value: -0 })),
  'a loss alone': changed(() => ({ answer: undefined, graphs: undefined, decode: undefined, meter: undefined })),
  'a further graph left out': changed(() => ({ graphs: undefined })),
};

describe('a head', () => {
  it('that keeps all rules has no problems', async () => {
    const options = [{}, { labels: ['yes', 'no', 'so', 'and', 'so on'] }];
    expect(await checkHead(goodHead, { ...trial, options })).toEqual([]);
    expect(await checkHead(goodHead, { ...trial, of: ['fusion'] })).toEqual([]);
  });

  it('without target may encode and fuse again, hide tokens, and have a teacher', async () => {
    expect(await checkHead(goodObjective, { options: [{}], of: ['fusion'] })).toEqual([]);
  });

  it('may ask for random numbers', async () => {
    expect(await checkHead(goodPainter, { options: [{}], values: trial.values })).toEqual([]);
  });

  it('that couples samples without saying so is caught', async () => {
    const plugin = {
      ...goodObjective,
      create: () => ({ ...goodObjective.create({}, new Map(), []), couplesSamples: false }),
    };
    const problems = await checkHead(plugin, { options: [{}], of: ['fusion'] });
    expect(problems.map(({ check }) => check)).toEqual([
      'has a loss that is the mean over the batch, unless it couples samples',
    ]);
  });

  it.each(Object.entries(innocent))('with %s has no problems', async (_, plugin) => {
    const problems = await checkHead(plugin, trial);
    expect(problems).toEqual([]);
  });

  const ownRules = headChecks.filter(({ name }) => !graphChecks.some((one) => one.name === name));
  const refusals = targetChecks.slice(-1);
  expectCaught(broken, (plugin) => headGroups(plugin, trial), [
    ...ownRules,
    ...refusals,
    ...lossChecks,
    ...decodeChecks,
  ]);
});
