import type { Manifest, Plugin } from '@sensorium/contracts';
import { image } from '@sensorium/encoder-image';
import { classification } from '@sensorium/head-classification';
import { loadPipeline, type Pipeline } from '@sensorium/orchestrator';
import { buildModel } from '../pipeline-model.js';

/** Height and width of what the model sees. */
export const side = 224;

const plugins: readonly Plugin[] = [image, classification];

const manifest: Manifest = {
  sensorium: 1,
  name: 'photos',
  inputs: { photo: { encoder: 'image', size: side, fit: 'squeeze' } },
  heads: { label: { use: 'classification', labels: ['indoors', 'outdoors'] } },
};

/** Labels of photographs, with random weights, and the engine in a thread of its own as in a server. */
export const loadLabels = async (seed: number): Promise<Pipeline> =>
  loadPipeline(await buildModel(seed, { manifest, plugins }), { plugins, session: { isolate: true, threads: 1 } });
