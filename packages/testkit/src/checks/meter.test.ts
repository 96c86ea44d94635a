import type { Meter, Scores } from '@sensorium/contracts';
import { describe } from 'vitest';
import { headGroups } from '../plugin-groups.js';
import { expectCaught, type Broken } from '../testing/caught.js';
import { changed, trial } from '../testing/changed-head.js';
import type { HeadUnderTest } from '../testing/good-heads.js';
import { meterChecks } from './meter.js';

// Each of these meters breaks one rule, which has to be found; head.test.ts has a head that keeps all of them.

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
  'a curve over nothing': [
    panel({ kind: 'curve', x: '', y: 'y', lines: { a: [[0, 0]] } }),
    `${BROKEN_PANEL}an axis has no name`,
  ],
  'a table without titles': [
    panel({ kind: 'table', columns: [''], rows: [['x']] }),
    `${BROKEN_PANEL}a column has no title`,
  ],
  'two panels of one title': [
    scored(({ panels = [] }) => ({ panels: panels.map((one) => ({ ...one, title: 'own' })) })),
    'measures with finite metrics, the one that decides among them: two panels are called "own"',
  ],
  'endless bars': [panel({ kind: 'bars', bars: { a: Infinity } }), `${BROKEN_PANEL}a bar is not a finite number`],
  'a table of other columns': [
    panel({ kind: 'table', columns: ['a'], rows: [['x', 1]] }),
    `${BROKEN_PANEL}row 0 is not 1 texts or finite numbers`,
  ],
  'a gallery of what nobody can show': [
    panel({ kind: 'gallery', items: [{ title: 'it', modality: { show: () => ({ kind: 'smell' }) }, value: 1 }] }),
    `${BROKEN_PANEL}the item "it": its kind is "smell", not text, picture, sound, frames or curve`,
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
  'a meter that measures something else where nobody reads intervals': [
    measured((meter) => ({
      result(options) {
        const { metrics, ...scores } = meter.result();
        return { ...scores, metrics: options?.intervals === false ? { right: metrics['lost']! } : metrics };
      },
    })),
    'measures batch by batch what it measures all at once, afresh every time: without intervals, the metric "right" is',
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

describe('a meter', () => {
  expectCaught(broken, (plugin) => headGroups(plugin, trial), meterChecks);
});
