import type { Manifest } from '@sensorium/contracts';
import { examplesOf, readsOf, type Project } from './project.js';

/** The starter's weights, as the manifest names them. */
export const STARTER_WEIGHTS = 'starter.onnx';

/** The column of answers, and the head's name. */
export const ANSWER = 'kind';

const PICTURE = { size: 32, dim: 64 } as const;
const BATCH_SIZE = 8;
/** Enough for a few dozen examples, and seconds on WebAssembly. */
const STEPS = 320;
const [FEWEST_EPOCHS, MOST_EPOCHS] = [12, 60];

/** The manifest of a model that tells a person's kinds apart. The same examples give the same one. */
export function recipeOf(project: Project): Manifest {
  const reads = readsOf(project);
  const examples = examplesOf(project);
  const missing = (has: boolean): 'error' | 'learned' => (has ? 'error' : 'learned');
  return {
    sensorium: 1,
    name: 'playground',
    inputs: {
      ...(reads.pictures && {
        picture: {
          encoder: 'image',
          ...PICTURE,
          augment: { crop: 0.2, flip: 'horizontal', colour: 0.4, erase: 0.4 },
          missing: missing(examples.every(({ hasPicture }) => hasPicture)),
        },
      }),
      ...(reads.texts && {
        text: { encoder: 'text', dim: 64, missing: missing(examples.every(({ text }) => text !== '')) },
      }),
    },
    ...(reads.pictures && reads.texts && { fusion: 'concat' }),
    heads: { [ANSWER]: 'classification' },
    training: {
      epochs: epochsFor(examples.length),
      batchSize: BATCH_SIZE,
      learningRate: 2e-3,
      validation: 0,
    },
  };
}

/** About as many steps for many examples as for few. */
function epochsFor(examples: number): number {
  const epochs = Math.round((STEPS * BATCH_SIZE) / examples);
  return Math.min(MOST_EPOCHS, Math.max(FEWEST_EPOCHS, epochs));
}
