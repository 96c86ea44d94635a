import { SensoriumError } from '@sensorium/contracts';

type Weights = Readonly<Record<string, number>>;

interface GivenLabels {
  readonly labels?: string[];
  readonly classWeights?: 'balanced' | Record<string, number>;
}

/** The labels of a table, in the order of their letters unless they are given, and their weights, where there are any. */
export async function learnLabels(given: GivenLabels, values: AsyncIterable<string>): Promise<GivenLabels> {
  const counts = new Map<string, number>();
  for await (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  const labels = given.labels ?? [...counts.keys()].sort();
  if (labels.length < 2) throw tooFewLabels(labels);
  const { classWeights } = given;
  if (classWeights === undefined) return { labels };
  if (classWeights === 'balanced') return { labels, classWeights: balancedWeights(labels, counts) };
  checkWeights(classWeights, labels);
  return { labels, classWeights };
}

/** n / (classes · n_c), so that the mean weight over the table is 1. A label that never occurs counts as if it did once. */
function balancedWeights(labels: readonly string[], counts: ReadonlyMap<string, number>): Record<string, number> {
  const total = labels.reduce((sum, label) => sum + (counts.get(label) ?? 0), 0);
  return Object.fromEntries(labels.map((label) => [label, total / (labels.length * (counts.get(label) ?? 1))]));
}

function checkWeights(weights: Weights, labels: readonly string[]): void {
  const unknown = Object.keys(weights).find((label) => !labels.includes(label));
  if (unknown === undefined) return;
  throw new SensoriumError({
    code: 'SENSORIUM_MANIFEST_INVALID',
    message: `classWeights has a weight for "${unknown}", which is none of the labels`,
    hint: `Labels: ${firstOf(labels)}.`,
  });
}

export const unseenLabel = (value: string, labels: readonly string[]): SensoriumError =>
  new SensoriumError({
    code: 'SENSORIUM_UNSEEN_LABEL',
    message: `"${value}" is none of the ${labels.length} labels that the model knows`,
    hint: `Known labels: ${firstOf(labels)}. Train with this label, or correct the table.`,
  });

const tooFewLabels = (labels: readonly string[]): SensoriumError => {
  const found = labels.length === 0 ? 'none' : `only "${labels.join()}"`;
  return new SensoriumError({
    code: 'SENSORIUM_BAD_TABLE',
    message: `classification needs at least two different labels, and the training table has ${found}`,
    hint: 'Check which column the head reads.',
  });
};

const firstOf = (labels: readonly string[]): string =>
  labels.slice(0, 20).join(', ') + (labels.length > 20 ? ', …' : '');
