import type { Manifest } from '@sensorium/contracts';
import { memoryStore, readStored } from '@sensorium/data';
import { CHECKPOINT_FILE, train, type Progress, type TrainOptions } from '@sensorium/trainer';
import { standardPackages } from '@sensorium/web';

export { CHECKPOINT_FILE };

const manifest: Manifest = {
  sensorium: 1,
  name: 'short',
  inputs: { text: { encoder: 'text', dim: 8, heads: 2, layers: 1 } },
  heads: { label: 'classification' },
  training: { epochs: 3, batchSize: 4, validation: 0.25, seed: 5 },
};

const rows = Array.from({ length: 24 }, (_, index) => {
  const label = index % 2 === 0 ? 'good' : 'bad';
  return { text: `${label} number ${index % 5}`, label };
});

/** The arguments of a training of a second: the same model, however often it is broken off. */
export function shortTraining(options: TrainOptions): Parameters<typeof train> {
  return [manifest, { rows, packages: standardPackages, from: [], cache: memoryStore(), ...options }];
}

class BrokenOff extends Error {}

/** The checkpoint of the training, broken off after so many reports. */
export async function checkpointAfter(reports: number): Promise<Uint8Array> {
  const out = memoryStore();
  const breaking = new AbortController();
  let seen = 0;
  const onProgress = ({ phase }: Progress): void => {
    if (phase === 'train' && ++seen === reports) breaking.abort(new BrokenOff());
  };
  await train(...shortTraining({ out, onProgress, signal: breaking.signal })).catch((error: unknown) => {
    if (!(error instanceof BrokenOff)) throw error;
  });
  const bytes = await readStored(out, CHECKPOINT_FILE);
  if (!bytes) throw new Error(`the training was over before ${reports} reports`);
  return bytes;
}
