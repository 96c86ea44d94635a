import { memoryStore, writeStored } from '@sensorium/data';
import { train } from '@sensorium/trainer';
import { once } from '../once.js';
import type { Target } from '../process/judge.js';
import { CHECKPOINT_FILE, shortTraining } from '../short-training.js';
import { requireSane } from './insane.js';

/** What the training comes to that nothing has interrupted. */
const unbroken = once(async () => (await train(...shortTraining({ out: memoryStore() }))).model);

/** Goes on from a checkpoint: to the model that the training would have come to anyway, or not at all. */
export const resume: Target = async ({ bytes }) => {
  const expected = await unbroken();
  const out = memoryStore();
  await writeStored(out, { [CHECKPOINT_FILE]: bytes });
  const { model } = await train(...shortTraining({ out, resume: true }));
  requireSane(Buffer.compare(model, expected) === 0, 'training went on to another model');
};
