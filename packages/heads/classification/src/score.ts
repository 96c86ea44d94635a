import type { Scores, Tensors } from '@sensorium/contracts';

/** Width of a bin of the calibration error: 15 bins, as in Guo et al. 2017. */
const BINS = 15;

/** Accuracy and what accuracy hides, from probabilities [N,C] and labels [N]. All values 0…1 but `crossEntropy` (nats). */
export function scoreClassification({ probabilities }: Tensors, { label }: Tensors, labels: readonly string[]): Scores {
  if (!probabilities || !label) throw new Error('classification scores "probabilities" against "label"');
  const width = labels.length;
  const truths = Array.from(label.data, Number);
  const rows = truths.map((_, row) => Array.from(probabilities.data.slice(row * width, (row + 1) * width), Number));
  const guesses = rows.map((row) => row.indexOf(Math.max(...row)));
  const counts = confusion(truths, guesses, width);
  return {
    primary: 'accuracy',
    values: {
      accuracy: share(truths, (truth, row) => truth === guesses[row]),
      balancedAccuracy: balancedAccuracy(counts),
      macroF1: macroF1(counts),
      calibrationError: calibrationError(rows, truths, guesses),
      crossEntropy: mean(truths.map((truth, row) => -Math.log(Math.max(rows[row]?.[truth] ?? 0, 1e-12)))),
    },
    confusion: { labels, counts },
  };
}

const mean = (values: readonly number[]): number => (values.length ? sum(values) / values.length : 0);
const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
const share = <T>(items: readonly T[], test: (item: T, index: number) => boolean): number =>
  mean(items.map((item, index) => Number(test(item, index))));

function confusion(truths: readonly number[], guesses: readonly number[], width: number): number[][] {
  const counts = Array.from({ length: width }, () => new Array<number>(width).fill(0));
  for (const [row, truth] of truths.entries()) {
    const guess = guesses[row] ?? 0;
    const line = counts[truth];
    if (line) line[guess] = (line[guess] ?? 0) + 1;
  }
  return counts;
}

/** Mean recall over the labels that occur. */
function balancedAccuracy(counts: readonly (readonly number[])[]): number {
  return mean(counts.flatMap((row, label) => (sum(row) > 0 ? [(row[label] ?? 0) / sum(row)] : [])));
}

/** Mean F1 over the labels that occur as truth or as guess. */
function macroF1(counts: readonly (readonly number[])[]): number {
  const scores = counts.flatMap((row, label) => {
    const guessed = sum(counts.map((other) => other[label] ?? 0));
    const seen = sum(row) + guessed;
    return seen > 0 ? [(2 * (row[label] ?? 0)) / seen] : [];
  });
  return mean(scores);
}

/** Expected calibration error (Naeini et al. 2015): |accuracy − confidence| over bins of confidence, weighted by size. */
function calibrationError(
  rows: readonly (readonly number[])[],
  truths: readonly number[],
  guesses: readonly number[],
): number {
  const bins = Array.from({ length: BINS }, () => ({ confidence: 0, right: 0 }));
  for (const [row, truth] of truths.entries()) {
    const guess = guesses[row] ?? 0;
    const confidence = rows[row]?.[guess] ?? 0;
    const bin = bins[Math.min(BINS - 1, Math.floor(confidence * BINS))];
    if (!bin) continue;
    bin.confidence += confidence;
    bin.right += Number(truth === guess);
  }
  return sum(bins.map(({ confidence, right }) => Math.abs(right - confidence))) / Math.max(1, truths.length);
}
