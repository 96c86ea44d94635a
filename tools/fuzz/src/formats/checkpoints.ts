import { byteMutations } from '../mutate/bytes.js';
import { forgery, withoutTimes } from '../mutate/forge.js';
import { safeTensorsMutation } from '../mutate/safetensors.js';
import { checkpointAfter } from '../short-training.js';
import type { Format, Seed } from './format.js';

const reports = [1, 2, 3];

async function seeds(): Promise<Seed[]> {
  const made: Seed[] = [];
  for (const count of reports) {
    const bytes = withoutTimes(await checkpointAfter(count));
    made.push({ name: `checkpoint after ${count} reports`, ending: '.safetensors', bytes });
  }
  return made;
}

/** As they are, they must be resumed. */
export const checkpoints: Format = {
  share: 8,
  seeds,
  hostile: seeds,
  structured: [safeTensorsMutation],
  others: byteMutations,
};

export const forgeries: Format = { share: 5, seeds, hostile: async () => [], structured: [forgery], others: [forgery] };
