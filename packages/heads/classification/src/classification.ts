import {
  defineHead,
  exampleBeside,
  onlyFeatures,
  required,
  type Head,
  type Model,
  type Scope,
  type SymbolicTensor,
} from '@sensorium/contracts';
import {
  add,
  constant,
  div,
  dropout as drop,
  linear,
  logSoftmax,
  lookup,
  mul,
  neg,
  oneHot,
  softmax,
  sum,
} from '@sensorium/graph';
import { category } from '@sensorium/modality-category';
import { z } from 'zod';
import { decodeLabels, type ClassificationPrediction } from './decode.js';
import { learnLabels, unseenLabel } from './labels.js';
import { classificationMeter } from './meter.js';
import { surveyLabels } from './survey.js';

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
    .describe(
      'weight of each label in the loss, 1 unless given; balanced: in inverse proportion to how often it occurs',
    ),
  labelSmoothing: z
    .number()
    .min(0)
    .max(0.9)
    .default(0)
    .describe('probability spread over all labels (Szegedy et al. 2016)'),
  dropout: z.number().min(0).max(0.9).default(0).describe('share of the features dropped in training'),
});

type Options = z.output<typeof options>;

/** One label out of several: logits = dropout(pooled) W + b [B,labels], cross-entropy (weighted, smoothed) as loss. */
export const classification = defineHead({
  specVersion: 'v1',
  name: 'classification',
  modality: category,
  options,
  example: exampleBeside(import.meta.url, 'head-classification'),
  learn: async (given, values) => ({ ...given, ...(await learnLabels(given, values)) }),
  create: createClassification,
});

function createClassification({
  labels: learned,
  classWeights,
  labelSmoothing,
  dropout,
}: Options): Head<string, ClassificationPrediction> {
  const labels = required(learned, 'the option "labels", which training fills in,');
  const indices = new Map(labels.map((label, index) => [label, index]));
  const weights = weightsOf(classWeights, labels);

  const logitsOf = (scope: Scope, model: Model): SymbolicTensor =>
    linear(scope, drop(scope, onlyFeatures(model).pooled, dropout), labels.length);

  return {
    target: {
      kept: { label: { dtype: 'int64', shape: [] } },
      prepare(value) {
        const index = indices.get(value);
        if (index === undefined) throw unseenLabel(value, labels);
        return { label: { dtype: 'int64', shape: [1], data: BigInt64Array.of(BigInt(index)) } };
      },
      survey: (values) => surveyLabels(labels, values),
    },

    answer(scope, model) {
      const logits = logitsOf(scope, model);
      return { logits, probabilities: softmax(logits) };
    },

    loss(scope, model, target) {
      const label = required(target['label'], 'the target "label"');
      const hard = oneHot(label, labels.length);
      const smooth = labelSmoothing > 0 ? add(mul(hard, 1 - labelSmoothing), labelSmoothing / labels.length) : hard;
      const losses = neg(sum(mul(logSoftmax(logitsOf(scope, model)), smooth), [1], { keep: true }));
      const weight = weights
        ? lookup(constant(weights, 'float32', [labels.length, 1]), label)
        : sum(hard, [1], { keep: true });
      return div(sum(mul(losses, weight)), sum(weight));
    },

    decode: ({ probabilities }, options) =>
      decodeLabels(required(probabilities, 'the output "probabilities"'), labels, options),
    meter: () => classificationMeter(labels),
    explained: { output: 'probabilities', names: labels, unit: '%' },
  };
}

/** One for each label; undefined where all count the same. */
function weightsOf(given: Options['classWeights'], labels: readonly string[]): number[] | undefined {
  if (given === undefined) return undefined;
  const weights = required(given === 'balanced' ? null : given, 'the option "classWeights", which training fills in,');
  // A label may be called like what every object has: constructor.
  return labels.map((label) =>
    Object.hasOwn(weights, label) ? required(weights[label], `the weight of "${label}"`) : 1,
  );
}
