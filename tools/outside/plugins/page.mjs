// The model that Node trained, on a page.
import { motion } from '@sensorium/encoder-motion';
import { classification } from '@sensorium/head-classification';
import { loadPipeline } from '@sensorium/orchestrator';

globalThis.answer = async (value) => {
  const pipeline = await loadPipeline('/model', { backend: 'wasm', plugins: [motion, classification] });
  const { gesture } = await pipeline.run({ motion: value });
  await pipeline.dispose();
  return gesture;
};
document.title = 'ready';
