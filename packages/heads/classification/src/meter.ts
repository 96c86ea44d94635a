import { required, type Meter, type Metric, type Scores } from '@sensorium/contracts';

/** Bins of the calibration error, as in Guo et al. 2017. */
const BINS = 15;

/** The least probability that counts, so that an impossible truth is not infinitely bad. */
const LEAST = 1e-12;

/**
 * Accuracy and what accuracy hides, in memory O(labels²). A sample's badness is −ln of the probability of its truth. Of equal
 * probabilities the first label is the answer.
 */
export function classificationMeter(labels: readonly string[]): Meter {
  const width = labels.length;
  const counts = labels.map(() => new Array<number>(width).fill(0));
  const calibration = calibrationError();
  let [samples, entropy] = [0, 0];

  const add = (probabilities: readonly number[], truth: number): number => {
    const answer = probabilities.indexOf(Math.max(...probabilities));
    const row = required(counts[truth], `the label ${truth}`);
    row[answer] = required(row[answer], `the label ${answer}`) + 1;
    calibration.add(at(probabilities, answer), answer === truth);
    const badness = -Math.log(Math.max(at(probabilities, truth), LEAST));
    entropy += badness;
    samples++;
    return badness;
  };

  return {
    reads: ['probabilities'],
    add(outputs, targets) {
      const { data } = required(outputs['probabilities'], 'the output "probabilities"');
      const truths = Array.from(required(targets['label'], 'the target "label"').data, Number);
      return Float32Array.from(truths, (truth, row) =>
        add(Array.from(data.slice(row * width, (row + 1) * width), Number), truth),
      );
    },
    result: (): Scores => ({
      decides: 'accuracy',
      metrics: metricsOf(counts, labels, { samples, calibration: calibration.of(samples), entropy: entropy / samples }),
      panels: [
        {
          kind: 'matrix',
          title: 'Truths and answers',
          meaning: 'How many samples of each label were answered with each.',
          rows: labels,
          columns: labels,
          counts: counts.map((row) => [...row]),
        },
      ],
    }),
  };
}

function metricsOf(
  counts: readonly (readonly number[])[],
  labels: readonly string[],
  { samples, calibration, entropy }: { samples: number; calibration: number; entropy: number },
): Record<string, Metric> {
  const truths = counts.map(sum);
  const most = Math.max(...truths);
  const commonest = at(labels, truths.indexOf(most));
  const percent = ((100 * most) / samples).toFixed(1);
  return {
    accuracy: {
      value: sum(counts.map((row, label) => at(row, label))) / samples,
      better: 'higher',
      title: 'accuracy',
      meaning: `How many answers are right. Always answering "${commonest}" would reach ${percent} %.`,
      unit: '%',
    },
    balancedAccuracy: {
      value: balancedAccuracy(counts),
      better: 'higher',
      title: 'balanced accuracy',
      meaning: 'The mean over all labels of how many of their samples are answered right.',
      unit: '%',
    },
    macroF1: {
      value: macroF1(counts),
      better: 'higher',
      title: 'macro F1',
      meaning: 'The mean over all labels of F1, the harmonic mean of precision and recall.',
      unit: '%',
    },
    calibrationError: {
      value: calibration,
      better: 'lower',
      title: 'calibration error',
      meaning: 'How far the probability of an answer is from how often such answers are right, on average.',
      unit: '%',
    },
    crossEntropy: {
      value: entropy,
      better: 'lower',
      title: 'cross-entropy',
      meaning: 'The mean of −ln of the probability of the right label.',
      unit: 'nats',
    },
  };
}

/** Mean recall over the labels that occur. */
function balancedAccuracy(counts: readonly (readonly number[])[]): number {
  return mean(counts.flatMap((row, label) => (sum(row) > 0 ? [at(row, label) / sum(row)] : [])));
}

/** Mean F1 over the labels that occur as truth or as answer. */
function macroF1(counts: readonly (readonly number[])[]): number {
  const scores = counts.flatMap((row, label) => {
    const seen = sum(row) + sum(counts.map((other) => at(other, label)));
    return seen > 0 ? [(2 * at(row, label)) / seen] : [];
  });
  return mean(scores);
}

/** Expected calibration error (Naeini et al. 2015): |accuracy − confidence| over bins of confidence, weighted by size. */
function calibrationError() {
  const bins = Array.from({ length: BINS }, () => ({ confidence: 0, right: 0 }));
  return {
    add(confidence: number, isRight: boolean): void {
      const index = Math.min(BINS - 1, Math.floor(confidence * BINS));
      const bin = required(bins[index], `the bin of the probability ${confidence}`);
      bin.confidence += confidence;
      bin.right += Number(isRight);
    },
    of: (samples: number): number => sum(bins.map(({ confidence, right }) => Math.abs(right - confidence))) / samples,
  };
}

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
const mean = (values: readonly number[]): number => sum(values) / values.length;
const at = <T>(values: readonly T[], index: number): T => required(values[index], `the element ${index}`);
