import { isDeepStrictEqual } from 'node:util';
import { required, type Meter, type Metric, type Scores, type Tensors } from '@sensorium/contracts';
import { rows } from '@sensorium/tensors';
import { difference } from '../compare.js';
import { answersOf, headOf, SAMPLES, type Answers, type HeadSubject } from '../subjects/head.js';
import type { Check } from '../problem.js';
import { wrongInterval } from './interval.js';
import { findWrongPanel } from './panels.js';

/** What heads owe to reports, where they measure their answers. */
export const meterChecks: readonly Check<HeadSubject>[] = [
  { name: 'measures with finite metrics, the one that decides among them', find: inMeter(findWrongScores) },
  { name: 'says how bad each answer is, in a finite number', find: inMeter(findWrongBadness) },
  { name: 'measures batch by batch what it measures all at once, afresh every time', find: inMeter(findBatches) },
  { name: 'measures by the outputs that it names, and changes none', find: inMeter(findOtherReads) },
  { name: 'says more of each answer in words, if anything, and counts none of it', find: inMeter(findWrongDetails) },
];

type Find = (meter: () => Meter, answers: Answers) => Promise<string[]> | string[];

function inMeter(find: Find): Check<HeadSubject>['find'] {
  return async (subject) => {
    const head = headOf(subject);
    const answers = await answersOf(subject);
    return answers && head.meter ? find(() => required(head.meter?.(), 'the meter'), answers) : [];
  };
}

/** Of all samples, in batches of so many. */
function measure(meter: Meter, { outputs, targets }: Answers, batch = SAMPLES): { badness: number[]; scores: Scores } {
  const starts = Array.from({ length: Math.ceil(SAMPLES / batch) }, (_, index) => index * batch);
  const badness = starts.flatMap((start) => {
    const stop = Math.min(SAMPLES, start + batch);
    return Array.from(meter.add(rows(outputs, start, stop), rows(targets, start, stop)));
  });
  return { badness, scores: meter.result() };
}

async function findWrongScores(meter: () => Meter, answers: Answers): Promise<string[]> {
  const { decides, metrics, panels = [] } = measure(meter(), answers).scores;
  const drawn = await Promise.all(panels.map(findWrongPanel));
  return [
    ...(decides in metrics ? [] : [`"${decides}" decides, and is not among ${Object.keys(metrics).join(', ')}`]),
    ...Object.entries(metrics).flatMap(([name, metric]) => wrongMetric(name, metric)),
    ...drawn.flat(),
    ...sameTitles(panels.map(({ title }) => title)),
  ];
}

/** People could not say which one they mean. */
const sameTitles = (titles: readonly string[]): string[] =>
  titles.flatMap((title, index) => (titles.indexOf(title) < index ? [`two panels are called "${title}"`] : []));

function wrongMetric(name: string, metric: Metric): string[] {
  const { value, better, unit, baseline } = metric;
  const rules: [boolean, string][] = [
    [Number.isFinite(value), `the metric "${name}" is ${value}`],
    [
      ['higher', 'lower'].includes(better),
      `of "${name}", ${JSON.stringify(better)} is better, not "higher" or "lower"`,
    ],
    [unit !== '%' || (value >= 0 && value <= 1), `the metric "${name}" is ${value}, not a share 0…1 shown in percent`],
    [
      !baseline || (Number.isFinite(baseline.value) && baseline.title !== ''),
      `the baseline of "${name}" is not a finite number with a title`,
    ],
    ...wrongInterval(metric).map((problem): [boolean, string] => [false, `the interval of "${name}" ${problem}`]),
  ];
  return rules.flatMap(([kept, problem]) => (kept ? [] : [problem]));
}

function findWrongBadness(meter: () => Meter, { outputs, targets }: Answers): string[] {
  const badness = meter().add(outputs, targets);
  return [
    ...(badness instanceof Float32Array && badness.length === SAMPLES
      ? []
      : [`add gives ${badness.length} numbers for ${SAMPLES} samples, and they have to be float32`]),
    ...(badness.every(Number.isFinite) ? [] : ['how bad an answer is, is not always a finite number']),
  ];
}

/** The last batch is smaller. */
const BATCH = 5;

function findBatches(meter: () => Meter, answers: Answers): string[] {
  const counting = meter();
  const whole = measure(counting, answers);
  const parts = measure(meter(), answers, BATCH);
  const badness = difference(parts.badness, whole.badness);
  return [
    ...(badness ? [`how bad answers are, batch by batch: ${badness}`] : []),
    ...otherScores(parts.scores, whole.scores).map((problem) => `batch by batch, ${problem}`),
    ...otherScores(counting.result(), whole.scores).map((problem) => `asked again, ${problem}`),
    ...otherScores(counting.result({ intervals: false }), whole.scores).map(
      (problem) => `without intervals, ${problem}`,
    ),
  ];
}

function otherScores(actual: Scores, expected: Scores): string[] {
  const metrics = Object.entries(expected.metrics).flatMap(([name, { value }]) => {
    const own = actual.metrics[name]?.value;
    const problem = own === undefined ? 'it is missing' : difference([own], [value]);
    return problem ? [`the metric "${name}" is another one: ${problem}`] : [];
  });
  const isSame = isDeepStrictEqual(rounded(actual.panels), rounded(expected.panels));
  return [...metrics, ...(isSame ? [] : ['the panels are other ones'])];
}

/** Without what the order of a sum changes. */
const rounded = (panels: Scores['panels']): unknown =>
  JSON.parse(JSON.stringify(panels ?? []), (_, value: unknown) =>
    typeof value === 'number' ? Number(value.toPrecision(4)) + 0 : value,
  );

function findOtherReads(meter: () => Meter, { outputs, targets }: Answers): string[] {
  const { reads } = meter();
  const unknown = reads.filter((name) => !(name in outputs));
  if (unknown.length > 0) return unknown.map((name) => `it reads "${name}", which is not an output`);
  const named: Tensors = Object.fromEntries(Object.entries(outputs).filter(([name]) => reads.includes(name)));
  const before = structuredClone({ named, targets });
  const problems = otherScores(
    measure(meter(), { outputs: named, targets }).scores,
    measure(meter(), { outputs, targets }).scores,
  );
  return [
    ...problems.map((problem) => `given only what it names, ${problem}`),
    ...(isDeepStrictEqual({ named, targets }, before) ? [] : ['it changes what it is given']),
  ];
}

function findWrongDetails(meter: () => Meter, { outputs, targets }: Answers): string[] {
  const own = meter();
  const details = own.details?.(outputs, targets);
  if (!details) return [];
  own.add(outputs, targets);
  const isWord = (text: unknown): boolean => typeof text === 'string' && text !== '';
  const wrong = details.flat().filter(({ title, text, confidence }) => {
    const isShare = confidence === undefined || (confidence >= 0 && confidence <= 1);
    return !isWord(title) || !isWord(text) || !isShare;
  });
  return [
    ...(details.length === SAMPLES ? [] : [`details gives ${details.length} lists for ${SAMPLES} samples`]),
    ...(wrong.length > 0 ? ['a detail is not a title and a text, with a confidence 0…1 if any'] : []),
    ...otherScores(own.result(), measure(meter(), { outputs, targets }).scores).map(
      (problem) => `where details were asked for, ${problem}`,
    ),
  ];
}
