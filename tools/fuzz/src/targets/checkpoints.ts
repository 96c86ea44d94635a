import { memoryStore, writeStored } from '@sensorium/data';
import { train } from '@sensorium/trainer';
import { once } from '../once.js';
import type { Target } from '../process/judge.js';
import { CHECKPOINT_FILE, shortTraining } from '../short-training.js';
import { requireSane } from './insane.js';

/** What the training comes to that nothing has interrupted. */
const unbroken = once(async () => (await train(...shortTraining({ out: memoryStore() }))).model);

async function resumed(checkpoint: Uint8Array): Promise<Uint8Array> {
  const out = memoryStore();
  await writeStored(out, { [CHECKPOINT_FILE]: checkpoint });
  const { model } = await train(...shortTraining({ out, resume: true }));
  return model;
}

/** Goes on from a checkpoint: to the model that the training would have come to anyway, or not at all. */
export const resume: Target = async ({ bytes }) => {
  const expected = await unbroken();
  const model = await resumed(bytes);
  requireSane(Buffer.compare(model, expected) === 0, 'training went on to another model');
};

/** Goes on from one that somebody made up, who may have put other weights into it. */
export const resumeForgery: Target = async ({ bytes }) => {
  const expected = await unbroken();
  const model = await resumed(bytes);
  requireSane(model.length === expected.length, `a model of ${model.length} bytes, and not of ${expected.length}`);
};
