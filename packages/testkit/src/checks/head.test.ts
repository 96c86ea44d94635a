import { type Head, type Meter, type Scores } from '@sensorium/contracts';
import { add, constant, div, log, mean, mul, neg, ones, slice, sub, sum, zeros } from '@sensorium/graph';
import { describe, expect, it } from 'vitest';
import { checkHead } from '../index.js';
import { headGroups } from '../plugin-groups.js';
import { expectCaught, type Broken } from '../testing/caught.js';
import { goodHead, goodObjective, goodPainter, type HeadUnderTest } from '../testing/good-heads.js';
import type { Words } from '../testing/words.js';
import { decodeChecks } from './decode.js';
import { graphChecks } from './graph.js';
import { headChecks } from './head.js';
import { lossChecks } from './loss.js';
import { meterChecks } from './meter.js';
import { targetChecks } from './target.js';

// The plugins keep all rules; each of the others breaks one, which has to be found.

const values: readonly Words[] = ['yes', 'no', 'no'].map((text) => ({ text }));
const bad: readonly Words[] = [{ text: 'maybe' }];

type Own = Head<Words>;

const changed = (change: (head: Required<Own>) => Partial<Own>): HeadUnderTest =>
  ({
    ...goodHead,
    create(options, files, of) {
      const head = goodHead.create(options, files, of) as Required<Own>;
      return { ...head, ...change(head) };
    },
  }) as HeadUnderTest;

const decoded = (change: (prediction: Record<string, unknown>) => object): HeadUnderTest =>
  changed((head) => ({ decode: (outputs) => head.decode(outputs).map((one) => ({ ...one, ...change({ ...one }) })) }));

const measured = (change: (meter: Meter) => Partial<Meter>): HeadUnderTest =>
  changed((head) => ({
    meter() {
      const own = head.meter();
      return { ...own, ...change(own) };
    },
  }));

const scored = (change: (scores: Scores) => object): HeadUnderTest =>
  measured((meter) => ({
    result() {
      const scores = meter.result();
      return { ...scores, ...change(scores) };
    },
  }));

const panel = (own: object): HeadUnderTest => scored(() => ({ panels: [{ title: 'own', ...own }] }));

const BROKEN_PANEL = 'measures with finite metrics, the one that decides among them: the panel "own": ';

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
  'a metric that is not there, and others that are none': [
    scored(() => ({
      decides: 'f1',
      metrics: { loss: { value: NaN, better: 'lower' }, share: { value: 50, better: 'more', unit: '%' } },
    })),
    'measures with finite metrics, the one that decides among them: "f1" decides, and is not among loss, share',
    'measures with finite metrics, the one that decides among them: the metric "loss" is NaN',
    'measures with finite metrics, the one that decides among them: of "share", "more" is better, not "higher" or "lower"',
    'measures with finite metrics, the one that decides among them: the metric "share" is 50, not a share 0…1',
  ],
  'a matrix of other labels': [
    panel({ kind: 'matrix', rows: ['a', 'b'], columns: ['a'], counts: [[1]] }),
    `${BROKEN_PANEL}its counts are not 2 rows of 1 columns`,
  ],
  'a matrix of shares': [
    panel({ kind: 'matrix', rows: ['a'], columns: ['a'], counts: [[0.5]] }),
    `${BROKEN_PANEL}a count is not 0, 1, 2, …`,
  ],
  'a curve without lines': [panel({ kind: 'curve', x: 'x', y: 'y', lines: {} }), `${BROKEN_PANEL}there are no lines`],
  'points that are nowhere': [
    panel({ kind: 'points', x: 'x', y: 'y', at: [[0, NaN]] }),
    `${BROKEN_PANEL}a point is not two finite numbers`,
  ],
  'endless bars': [panel({ kind: 'bars', bars: { a: Infinity } }), `${BROKEN_PANEL}a bar is not a finite number`],
  'a table of other columns': [
    panel({ kind: 'table', columns: ['a'], rows: [['x', 1]] }),
    `${BROKEN_PANEL}row 0 is not 1 texts or finite numbers`,
  ],
  'a gallery of what nobody can show': [
    panel({ kind: 'gallery', items: [{ title: 'it', modality: { show: () => ({ kind: 'smell' }) }, value: 1 }] }),
    `${BROKEN_PANEL}the item "it": its kind is "smell", not text, picture, sound or curve`,
  ],
  'a panel of its own kind': [
    panel({ kind: 'sculpture' }),
    `${BROKEN_PANEL}its kind is "sculpture", which no report draws`,
  ],
  'a badness for all': [
    measured(() => ({ add: () => Float32Array.of(NaN) })),
    'says how bad each answer is, in a finite number: add gives 1 numbers for 12 samples',
    'says how bad each answer is, in a finite number: how bad an answer is, is not always a finite number',
  ],
  'a badness that depends on the batch': [
    measured((meter) => ({
      add(outputs, targets) {
        const badness = meter.add(outputs, targets);
        return badness.map((one) => one / badness.length);
      },
    })),
    'measures batch by batch what it measures all at once, afresh every time: how bad answers are, batch by batch: ',
  ],
  'an interval that does not hold its value': [
    scored(({ metrics }) => ({
      metrics: {
        ...metrics,
        right: {
          value: 0.5,
          better: 'higher',
          interval: { low: 0.6, high: NaN, level: 95 },
          baseline: { value: 1, title: '' },
        },
      },
    })),
    'measures with finite metrics, the one that decides among them: the baseline of "right" is not a finite number with a title',
    'measures with finite metrics, the one that decides among them: the interval of "right" is 0.6 … NaN, not two finite',
    'measures with finite metrics, the one that decides among them: the interval of "right" is 0.6 … NaN and does not hold',
    'measures with finite metrics, the one that decides among them: the interval of "right" holds it 95 of the times',
  ],
  'bins that are none': [
    panel({
      kind: 'bins',
      x: '',
      y: 'y',
      bins: [
        { from: 0, to: 0.5, at: 0.25, value: 2, count: 1 },
        { from: 0.4, to: 0.6, at: 0.5, value: 0.5, count: 1, interval: { low: 0, high: 0.1, level: 0.95 } },
      ],
    }),
    `${BROKEN_PANEL}an axis has no name`,
    `${BROKEN_PANEL}bin 0 is not a share 0…1 of at least one sample between from and to`,
    `${BROKEN_PANEL}bin 1 begins before the last one ends`,
    `${BROKEN_PANEL}the interval of bin 1 is 0 … 0.1 and does not hold the value 0.5`,
  ],
  'details that are none': [
    measured(() => ({ details: () => [[{ title: '', text: 'x' }]] })),
    'says more of each answer in words, if anything, and counts none of it: details gives 1 lists for 12 samples',
    'says more of each answer in words, if anything, and counts none of it: a detail is not a title and a text',
  ],
  'details that count': [
    measured((meter) => ({
      details: (outputs, targets) => (meter.add(outputs, targets), meter.details!(outputs, targets)),
    })),
    'says more of each answer in words, if anything, and counts none of it: where details were asked for, ',
  ],
  'a meter that remembers': [
    measured((meter) => ({
      add(outputs, targets) {
        const badness = meter.add(outputs, targets);
        shared.badness += badness[0]!;
        return badness;
      },
      result: () => ({ ...meter.result(), metrics: { right: { value: shared.badness, better: 'lower' } } }),
    })),
    'measures batch by batch what it measures all at once, afresh every time: batch by batch, the metric "right" is another one',
  ],
  'a result that can be asked for once': [
    measured((meter) => ({
      result() {
        const scores = meter.result();
        return { ...scores, panels: scores.panels!.map((one) => ({ ...one, title: `${shared.badness++}` })) };
      },
    })),
    'measures batch by batch what it measures all at once, afresh every time: asked again, the panels are other ones',
  ],
  'a meter that reads what it does not name': [
    measured(() => ({ reads: [] })),
    'measures by the outputs that it names, and changes none: ',
  ],
  'a meter that reads what is not there': [
    measured(() => ({ reads: ['logits'] })),
    'measures by the outputs that it names, and changes none: it reads "logits", which is not an output',
  ],
  'a meter that changes what it is given': [
    measured((meter) => ({
      add(outputs, targets) {
        const badness = meter.add(outputs, targets);
        outputs['scores']!.data.fill(0 as never);
        return badness;
      },
    })),
    'measures by the outputs that it names, and changes none: it changes what it is given',
  ],
};

const innocent: Readonly<Record<string, HeadUnderTest>> = {
  'zeros with a sign': decoded(() => ({ value: -0 })),
  'a loss alone': changed(() => ({ answer: undefined, graphs: undefined, decode: undefined, meter: undefined })),
  'a further graph left out': changed(() => ({ graphs: undefined })),
};

describe('a head', () => {
  const trial = { options: [{}], values, bad };

  it('that keeps all rules has no problems', async () => {
    const options = [{}, { labels: ['yes', 'no', 'so', 'and', 'so on'] }];
    expect(await checkHead(goodHead, { ...trial, options })).toEqual([]);
    expect(await checkHead(goodHead, { ...trial, of: ['fusion'] })).toEqual([]);
  });

  it('without target may encode and fuse again, hide tokens, and have a teacher', async () => {
    expect(await checkHead(goodObjective, { options: [{}], of: ['fusion'] })).toEqual([]);
  });

  it('may ask for random numbers', async () => {
    expect(await checkHead(goodPainter, { options: [{}], values })).toEqual([]);
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
    ...meterChecks,
  ]);
});
