/** Answers paths of photographs with the milliseconds in which transformers.js makes features of them, one after the other. */
import { basename, dirname } from 'node:path';
import process from 'node:process';
import { env, pipeline } from '@huggingface/transformers';

const folder = process.argv[2];
env.allowRemoteModels = false;
env.localModelPath = dirname(folder);
const extract = await pipeline('image-feature-extraction', basename(folder), { dtype: 'fp32', device: 'cpu' });

process.on('message', async (paths) => {
  const start = performance.now();
  for (const path of paths) {
    const { dims } = await extract(path);
    if (dims[2] !== 192) throw new Error(`features of ${dims}`);
  }
  process.send({ milliseconds: performance.now() - start });
});
process.send('ready');
