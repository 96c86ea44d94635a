import {
  defineHead,
  exampleBeside,
  required,
  SensoriumError,
  type BuildGraph,
  type Head,
  type Model,
  type Scope,
} from '@sensorium/contracts';
import { z } from 'zod';
import { decodeSimilarities, type EmbeddingPrediction } from './decode.js';
import { itemsOf } from './items.js';
import { contrastiveLoss, kinds } from './loss.js';
import { embeddingMeter } from './meter.js';
import { itemName } from './names.js';
import { buildTower } from './tower.js';

const options = z.strictObject({
  dim: z.int().positive().default(128).describe('width of the common space'),
  hidden: z
    .int()
    .positive()
    .optional()
    .describe('hidden width of each projection, which is then an MLP; by default it is linear'),
  dropout: z.number().min(0).max(0.9).default(0.3).describe('share of the features dropped in training'),
  loss: z
    .enum(['softmax', 'sigmoid'])
    .default('softmax')
    .describe('softmax: a sample picks its partner out of the batch (CLIP); sigmoid: each pair for itself (SigLIP)'),
});

/**
 * A space that inputs share: v_m = normalize(pooled_m W_m) [B,dim], where what comes from one sample is near. It needs no
 * column and no fusion. Every two of its inputs are compared, by the loss of Radford et al. (2021) or Zhai et al. (2023).
 */
export const embedding = defineHead({
  specVersion: 'v1',
  name: 'embedding',
  options,
  example: exampleBeside(import.meta.url, 'head-embedding'),
  create: (given, _files, of) => createEmbedding(given, of),
});

function createEmbedding(
  { loss, ...tower }: z.output<typeof options>,
  of: readonly string[],
): Head<never, EmbeddingPrediction> {
  if (of.length < 2) throw tooFew(of);
  const vectorOf = (name: string, scope: Scope, model: Model) =>
    buildTower(scope.at(name, 'project'), required(model.features[name], `the features of "${name}"`), tower);
  const forEach = <T>(make: (name: string) => T) => Object.fromEntries(of.map((name) => [name, make(name)]));

  return {
    couplesSamples: true,
    answer: (scope, model) => ({
      ...forEach((name) => vectorOf(name, scope, model)),
      ...Object.fromEntries(of.map((name) => [itemName(name), itemsOf(model, name)])),
    }),
    loss: (scope, model) =>
      contrastiveLoss(
        scope,
        model,
        forEach((name) => vectorOf(name, scope, model)),
        kinds[loss],
      ),
    graphs: forEach((name): BuildGraph => (scope, model) => ({ vector: vectorOf(name, scope, model) })),
    decode: (outputs) => decodeSimilarities(outputs, of),
    meter: () => embeddingMeter(of),
  };
}

const tooFew = (of: readonly string[]): SensoriumError =>
  new SensoriumError({
    code: 'SENSORIUM_MANIFEST_INVALID',
    message: `embedding brings two inputs or more together, and "of" names ${of.join(', ') || 'none'}`,
    hint: 'Name them: { use: embedding, of: [image, text] }.',
  });
