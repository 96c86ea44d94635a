import { formatNumber, formatShare } from './format.js';

/** What a report says about one name of `Scores.values`. */
export interface Metric {
  readonly title: string;
  readonly meaning: string;
  /** `share`: 0…1, shown as percent. */
  readonly unit: 'share' | 'number';
}

const metrics = new Map<string, Metric>(
  Object.entries({
    accuracy: { title: 'Accuracy', meaning: 'Share of the answers that are right; higher is better.', unit: 'share' },
    balancedAccuracy: {
      title: 'Balanced accuracy',
      meaning: 'Accuracy within each true label, then the mean, so that rare labels count fully; higher is better.',
      unit: 'share',
    },
    macroF1: {
      title: 'Macro F1',
      meaning: 'Precision and recall of each label as one number, then the mean over the labels; higher is better.',
      unit: 'share',
    },
    calibrationError: {
      title: 'Calibration error',
      meaning: 'Mean gap between the probabilities stated and the share of right answers; lower is better.',
      unit: 'share',
    },
    crossEntropy: {
      title: 'Cross-entropy',
      meaning: 'Mean of −ln of the true label’s probability, in nats: confident mistakes cost most; lower is better.',
      unit: 'number',
    },
  }),
);

/** Scores of a plugin that the report does not know keep their name: `rootMeanSquare` becomes “Root mean square”. */
export function metricOf(name: string): Metric {
  const known = metrics.get(name);
  if (known) return known;
  const words = name.replace(
    /([a-z0-9])([A-Z])/g,
    (_, last: string, first: string) => `${last} ${first.toLowerCase()}`,
  );
  return {
    title: words.charAt(0).toUpperCase() + words.slice(1),
    meaning: 'As the head’s package defines it.',
    unit: 'number',
  };
}

export const formatScore = (name: string, value: number): string =>
  metricOf(name).unit === 'share' ? formatShare(value) : formatNumber(value);
