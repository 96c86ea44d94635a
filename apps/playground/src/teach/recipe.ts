import type { Manifest } from '@sensorium/contracts';
import { examplesOf, readsOf, type Project } from './project.js';

/** The column of answers, and the head's name. */
export const ANSWER = 'kind';

const KEPT_ASIDE = 0.2;
const PICTURE = { size: 32, dim: 64 } as const;
const BATCH_SIZE = 8;
/** Enough for a few dozen examples, and seconds on WebAssembly. */
const STEPS = 750;
const [FEWEST_EPOCHS, MOST_EPOCHS] = [12, 150];

/** The manifest of a model that tells a person's kinds apart. The same examples give the same one. */
export function recipeOf(project: Project): Manifest {
  const reads = readsOf(project);
  const examples = examplesOf(project);
  // Where there are two inputs, either of them can be tried alone.
  const missing = reads.pictures && reads.texts ? 'learned' : 'error';
  return {
    sensorium: 1,
    name: 'playground',
    inputs: {
      ...(reads.pictures && {
        picture: {
          encoder: 'image',
          ...PICTURE,
          augment: { crop: 0.25, flip: 'horizontal', colour: 0.5, erase: 0.5 },
          missing,
        },
      }),
      ...(reads.texts && {
        text: { encoder: 'text', dim: 64, missing },
      }),
    },
    ...(reads.pictures && reads.texts && { fusion: 'concat' }),
    heads: { [ANSWER]: 'classification' },
    training: {
      epochs: epochsFor(examples.length),
      batchSize: BATCH_SIZE,
      learningRate: 2e-3,
      validation: project.keepsAside ? KEPT_ASIDE : 0,
    },
  };
}

/** About as many steps for many examples as for few. */
function epochsFor(examples: number): number {
  const epochs = Math.round((STEPS * BATCH_SIZE) / examples);
  return Math.min(MOST_EPOCHS, Math.max(FEWEST_EPOCHS, epochs));
}
