import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ClassificationPrediction } from '@sensorium/head-classification';
import { loadPipeline } from '@sensorium/orchestrator';
import { starterModel, starterPackage, starterSamples } from './starter.js';

/** How many runners-up are shown. */
const RUNNERS_UP = 3;

const percent = (probability: number): string => `${(100 * probability).toFixed(1)} %`;

function describe({ text, probability, candidates }: ClassificationPrediction, truth: string): string {
  const others = candidates.slice(1, 1 + RUNNERS_UP).map((other) => `${other.label} ${percent(other.probability)}`);
  const verdict = text === truth ? '' : `   (the scene says: ${truth})`;
  return `  → ${text}  ${percent(probability)}${verdict}\n     then ${others.join(', ')}`;
}

/** What the embedded model reads and answers. */
interface Starter {
  inputs: { image: URL; question: string };
  heads: { answer: ClassificationPrediction };
}

/** Answers the questions about the sample pictures with the embedded model, offline. */
async function demo(): Promise<void> {
  const pipeline = await loadPipeline<Starter>(starterModel, { from: [starterPackage] });
  try {
    let shown = '';
    for (const { image, question, answer: truth } of await starterSamples()) {
      const file = relative(process.cwd(), fileURLToPath(image));
      if (file !== shown) console.log(`\n${file}`);
      shown = file;
      const { answer } = await pipeline.run({ image, question });
      console.log(`  ${question}\n${describe(answer, truth)}`);
    }
    console.log(`\nAnswered on ${pipeline.backend.backend}, without a network.`);
  } finally {
    await pipeline.dispose();
  }
}

// `npm run demo | head` closes the pipe early, which is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(0);
});
await demo();
