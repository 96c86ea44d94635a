import { required } from '@sensorium/contracts';
import type { Tally } from '@sensorium/statistics';

/** One answer: places of labels, and −ln of the probability of the truth. */
export interface Judged {
  readonly truth: number;
  readonly answer: number;
  readonly entropy: number;
}

/** Means over all labels, which say what accuracy hides, and over all samples; in memory O(labels). */
export function tallyOf(labels: number): Tally<Judged> {
  const [truths, answers, right] = [new Float64Array(labels), new Float64Array(labels), new Float64Array(labels)];
  let [samples, entropies] = [0, 0];
  return {
    add({ truth, answer, entropy }) {
      count(truths, truth);
      count(answers, answer);
      if (truth === answer) count(right, truth);
      entropies += entropy;
      samples++;
    },
    values: () => ({
      balancedAccuracy: meanOver(truths, (label) => at(right, label) / at(truths, label)),
      macroF1: meanOver(
        truths.map((own, label) => own + at(answers, label)),
        (label) => (2 * at(right, label)) / (at(truths, label) + at(answers, label)),
      ),
      crossEntropy: entropies / samples,
    }),
  };
}

function count(counts: Float64Array, label: number): void {
  counts[label] = at(counts, label) + 1;
}

/** Over the labels that occur. */
function meanOver(occurrences: Float64Array, valueOf: (label: number) => number): number {
  let [sum, labels] = [0, 0];
  for (const [label, occurs] of occurrences.entries()) {
    if (occurs === 0) continue;
    sum += valueOf(label);
    labels++;
  }
  return sum / labels;
}

const at = (values: Float64Array, label: number): number => required(values[label], `the label ${label}`);
