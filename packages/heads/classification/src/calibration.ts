import { required, type Bin, type Panel } from '@sensorium/contracts';
import { share } from '@sensorium/statistics';

/** As in Guo et al. 2017. */
const BINS = 15;

/** How sure answers are, and how often answers as sure as that are right. */
export interface Calibration {
  add(confidence: number, isRight: boolean): void;
  /** Expected calibration error (Naeini et al. 2015): |accuracy − confidence| over bins of confidence, weighted by size. */
  error(): number;
  panel(): Panel;
}

export function calibrate(): Calibration {
  const bins = Array.from({ length: BINS }, () => ({ count: 0, confidence: 0, right: 0 }));
  const error = (): number => {
    const samples = bins.reduce((sum, { count }) => sum + count, 0);
    return bins.reduce((sum, { right, confidence }) => sum + Math.abs(right - confidence), 0) / samples;
  };
  return {
    add(confidence, isRight) {
      const index = Math.min(BINS - 1, Math.floor(confidence * BINS));
      const bin = required(bins[index], `the bin of the probability ${confidence}`);
      bin.count++;
      bin.confidence += confidence;
      bin.right += Number(isRight);
    },
    error,
    panel: () => ({
      kind: 'bins',
      title: 'Reliability',
      meaning:
        'How often answers are right that are so sure (Guo et al. 2017). Below the diagonal answers are surer than they should be. ' +
        `The calibration error, how far they are from it on average, is ${(100 * error()).toFixed(1)} %.`,
      x: 'confidence',
      y: 'right answers',
      ideal: 'diagonal',
      bins: bins.flatMap(({ count, confidence, right }, index): Bin[] =>
        count === 0
          ? []
          : [{ from: index / BINS, to: (index + 1) / BINS, at: confidence / count, count, ...share(right, count) }],
      ),
    }),
  };
}
