import { definePlugin, SensoriumError, type Head, type Prediction, type Tensors } from '@sensorium/contracts';
import { add, constant, div, dropout as drop, lookup, linear, logSoftmax, mul, neg, oneHot, softmax, sum } from '@sensorium/graph';
import { z } from 'zod';
import { scoreClassification } from './score.js';

const options = z.strictObject({
  labels: z
    .array(z.string())
    .min(2)
    .refine((labels) => new Set(labels).size === labels.length, 'two labels are the same')
    .optional()
    .describe('the answers to choose from; by default all of the training table'),
  classWeights: z
    .union([z.literal('balanced'), z.record(z.string(), z.number().positive())])
    .optional()
    .describe('weight of each label in the loss; balanced: in inverse proportion to how often it occurs'),
  labelSmoothing: z
    .number()
    .min(0)
    .max(0.9)
    .default(0)
    .describe('probability spread over all labels (Szegedy et al. 2016)'),
  dropout: z.number().min(0).max(0.9).default(0).describe('share of the features dropped in training'),
});

type ClassificationOptions = z.output<typeof options>;

/** Candidates that a prediction names. */
const TOP = 5;

/** One label out of several: logits = dropout(pooled) W + b [B,labels], cross-entropy (weighted, smoothed) as loss. */
export const classification = definePlugin({
  specVersion: 'v1',
  kind: 'head',
  name: 'classification',
  options,
  async learn(given, values) {
    const counts = new Map<string, number>();
    for await (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
    const labels = given.labels ?? [...counts.keys()].sort();
    if (labels.length < 2) throw tooFewLabels(labels);
    if (typeof given.classWeights === 'object') checkWeights(given.classWeights, labels);
    const weights = given.classWeights === 'balanced' ? balancedWeights(labels, counts) : given.classWeights;
    return { ...given, labels, ...(weights ? { classWeights: weights } : {}) };
  },
  create: createClassification,
});

function createClassification({ labels = [], classWeights, labelSmoothing, dropout }: ClassificationOptions): Head {
  const indices = new Map(labels.map((label, index) => [label, index]));
  const weights = typeof classWeights === 'object' ? labels.map((label) => classWeights[label] ?? 1) : undefined;

  return {
    targets: { label: { dtype: 'int64', shape: [] } },

    target(value) {
      const index = indices.get(value);
      if (index === undefined) throw unseen(value, labels);
      return { label: { dtype: 'int64', shape: [1], data: BigInt64Array.of(BigInt(index)) } };
    },

    build(scope, { pooled }) {
      const logits = linear(scope, drop(scope, pooled, dropout), labels.length);
      return { logits, probabilities: softmax(logits) };
    },

    loss({ logits }, { label }) {
      if (!logits || !label) throw new Error('classification needs its output "logits" and its target "label"');
      const hard = oneHot(label, labels.length);
      const target = labelSmoothing > 0 ? add(mul(hard, 1 - labelSmoothing), labelSmoothing / labels.length) : hard;
      const losses = neg(sum(mul(logSoftmax(logits), target), [1], { keep: true }));
      const weight = weights
        ? lookup(constant(weights, 'float32', [labels.length, 1]), label)
        : sum(hard, [1], { keep: true });
      return div(sum(mul(losses, weight)), sum(weight));
    },

    decode: (outputs) => decode(outputs, labels),
    score: (outputs, targets) => scoreClassification(outputs, targets, labels),
  };
}

function decode({ probabilities }: Tensors, labels: readonly string[]): Prediction[] {
  if (!probabilities) throw new Error('classification decodes its output "probabilities"');
  const count = labels.length;
  return Array.from({ length: probabilities.shape[0] ?? 0 }, (_, row) => {
    const candidates = labels
      .map((label, index) => ({ label, probability: Number(probabilities.data[row * count + index]) }))
      .sort((a, b) => b.probability - a.probability)
      .slice(0, TOP);
    const best = candidates[0] ?? { label: '', probability: 0 };
    return { ...best, candidates };
  });
}

/** n / (classes · n_c), so that the mean weight over the table is 1. */
function balancedWeights(labels: readonly string[], counts: ReadonlyMap<string, number>): Record<string, number> {
  const total = labels.reduce((sum, label) => sum + (counts.get(label) ?? 0), 0);
  return Object.fromEntries(
    labels.map((label) => [label, total / (labels.length * Math.max(1, counts.get(label) ?? 0))]),
  );
}

function checkWeights(weights: Readonly<Record<string, number>>, labels: readonly string[]): void {
  const unknown = Object.keys(weights).find((label) => !labels.includes(label));
  if (unknown === undefined) return;
  throw new SensoriumError({
    code: 'SENSORIUM_MANIFEST_INVALID',
    message: `classWeights has a weight for "${unknown}", which is none of the labels`,
    hint: `Labels: ${labels.slice(0, 20).join(', ')}${labels.length > 20 ? ', …' : ''}.`,
  });
}

const unseen = (value: string, labels: readonly string[]): SensoriumError =>
  new SensoriumError({
    code: 'SENSORIUM_UNSEEN_LABEL',
    message: `"${value}" is none of the ${labels.length} labels that the model knows`,
    hint: `Known labels: ${labels.slice(0, 20).join(', ')}${labels.length > 20 ? ', …' : ''}. Train with this label, or correct the table.`,
  });

const tooFewLabels = (labels: readonly string[]): SensoriumError =>
  new SensoriumError({
    code: 'SENSORIUM_BAD_TABLE',
    message: `classification needs at least two different labels, and the training table has ${labels.length === 0 ? 'none' : `only "${labels[0] ?? ''}"`}`,
    hint: 'Check which column the head reads.',
  });
