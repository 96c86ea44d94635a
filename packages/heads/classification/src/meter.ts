import { required, type Baseline, type Estimate, type Meter, type Metric, type Tensors } from '@sensorium/contracts';
import { estimates, share } from '@sensorium/statistics';
import { calibrate } from './calibration.js';
import { countConfusion } from './confusion.js';
import { detailsOf, largest } from './details.js';
import { tallyOf } from './tally.js';

/** The least probability that counts, so that an impossible truth is not infinitely bad. */
const LEAST = 1e-12;

/**
 * Accuracy and what accuracy hides, in memory O(labels + samples). A sample's badness is −ln of the probability of its truth.
 * Of equal probabilities the first label is the answer.
 */
export function classificationMeter(labels: readonly string[]): Meter {
  const scores = estimates(() => tallyOf(labels.length));
  const [confusion, calibration] = [countConfusion(labels), calibrate()];
  let [samples, right] = [0, 0];

  const add = (probabilities: readonly number[], truth: number): number => {
    const answer = largest(probabilities);
    const entropy = -Math.log(Math.max(at(probabilities, truth), LEAST));
    scores.add({ truth, answer, entropy });
    confusion.add(truth, answer);
    calibration.add(at(probabilities, answer), answer === truth);
    samples++;
    right += Number(answer === truth);
    return entropy;
  };

  return {
    reads: ['probabilities'],
    add: (outputs, targets) => Float32Array.from(judgedOf(outputs, targets, labels.length), (one) => add(...one)),
    details: (outputs, targets) => judgedOf(outputs, targets, labels.length).map((one) => detailsOf(...one, labels)),
    result: (options) => ({
      decides: 'accuracy',
      metrics: metricsOf(
        {
          ...scores.result(options),
          accuracy: share(right, samples),
          calibrationError: { value: calibration.error() },
        },
        baselinesOf(confusion.truths(), labels),
      ),
      panels: [confusion.panel(), calibration.panel()],
    }),
  };
}

/** Of each sample the probabilities of all labels, and the place of the truth. */
function judgedOf(outputs: Tensors, targets: Tensors, width: number): [probabilities: number[], truth: number][] {
  const { data } = required(outputs['probabilities'], 'the output "probabilities"');
  const truths = Array.from(required(targets['label'], 'the target "label"').data, Number);
  return truths.map((truth, row) => [Array.from(data.slice(row * width, (row + 1) * width), Number), truth]);
}

/** Of each metric that the same answer for every sample has a value of. */
type Baselines = Readonly<Record<'accuracy' | 'balancedAccuracy' | 'macroF1' | 'crossEntropy', Baseline>>;

/** What always the commonest label reaches, and what knowing no more than how common labels are. */
function baselinesOf(truths: readonly number[], labels: readonly string[]): Baselines {
  const commonest = largest(truths);
  const shares = truths.filter((count) => count > 0).map((count) => count / sum(truths));
  const most = Math.max(...shares);
  const always = (value: number): Baseline => ({ value, title: `always “${at(labels, commonest)}”` });
  return {
    accuracy: always(most),
    balancedAccuracy: always(1 / shares.length),
    macroF1: always((2 * most) / (1 + most) / shares.length),
    crossEntropy: { value: -sum(shares.map((one) => one * Math.log(one))), title: 'by frequency' },
  };
}

function metricsOf(values: Readonly<Record<string, Estimate>>, baselines: Baselines): Record<string, Metric> {
  const of = (name: string): Estimate => required(values[name], `the value "${name}"`);
  return {
    accuracy: {
      ...of('accuracy'),
      better: 'higher',
      title: 'accuracy',
      meaning: 'How many answers are right.',
      unit: '%',
      baseline: baselines.accuracy,
    },
    balancedAccuracy: {
      ...of('balancedAccuracy'),
      better: 'higher',
      title: 'balanced accuracy',
      meaning: 'The mean over all labels of how many of their samples are answered right.',
      unit: '%',
      baseline: baselines.balancedAccuracy,
    },
    macroF1: {
      ...of('macroF1'),
      better: 'higher',
      title: 'macro F1',
      meaning: 'The mean over all labels of F1, the harmonic mean of precision and recall.',
      unit: '%',
      baseline: baselines.macroF1,
    },
    calibrationError: {
      ...of('calibrationError'),
      better: 'lower',
      title: 'calibration error',
      meaning: 'How far the probability of an answer is from how often such answers are right, on average.',
      unit: '%',
    },
    crossEntropy: {
      ...of('crossEntropy'),
      better: 'lower',
      title: 'cross-entropy',
      meaning: 'The mean of −ln of the probability of the right label.',
      unit: 'nats',
      baseline: baselines.crossEntropy,
    },
  };
}

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
const at = <T>(values: readonly T[], index: number): T => required(values[index], `the element ${index}`);
