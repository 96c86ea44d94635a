#!/usr/bin/env node
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { cacheDirectory } from '@sensorium/data';
import type { Progress } from '@sensorium/trainer';
import { makeScenes } from './scenes.js';
import { makeStarter } from './starter.js';

const help = `Makes what the starter package ships, and tables of its world.

  npm run recipe -- starter [--work FOLDER] [--resume]   the embedded model and the sample pictures
  npm run recipe -- scenes [--work FOLDER]               train.csv, validation.csv and test.csv: image, caption

  --work FOLDER   for pictures, tables and the training (default: a folder of the cache)
  --resume        go on with a training that was broken off
`;

interface Options {
  readonly work: string;
  readonly resume: boolean;
}

/** Each gives what is printed at its end. */
const recipes: Readonly<Record<string, (options: Options) => Promise<string>>> = {
  async starter(options) {
    const { test, seconds } = await makeStarter({ ...options, onProgress: report });
    return `${Math.round(seconds / 60)} min; test: ${JSON.stringify(test?.['answer']?.metrics)}`;
  },
  async scenes({ work }) {
    await makeScenes(work);
    return work;
  },
};

let reportedAt = 0;
function report({ phase, subject, done, total, epoch, loss, score, secondsLeft }: Progress): void {
  if (phase !== 'epoch' && Date.now() - reportedAt < 10_000) return;
  reportedAt = Date.now();
  const parts = [
    phase,
    subject,
    `${done}/${total}`,
    epoch && `epoch ${epoch}`,
    loss && `loss ${loss.toFixed(4)}`,
    score && `${score.name} ${score.metric.value.toFixed(4)}`,
    secondsLeft && `${Math.ceil(secondsLeft / 60)} min left`,
  ];
  console.log(parts.filter(Boolean).join('  '));
}

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    work: { type: 'string' },
    resume: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
const [name, ...others] = positionals;
const recipe = name !== undefined && others.length === 0 ? recipes[name] : undefined;

if (values.help) {
  console.log(help);
} else if (name === undefined || !recipe) {
  const given = name === undefined ? 'none is given' : `"${positionals.join(' ')}" is none`;
  console.error(`The recipes are ${Object.keys(recipes).join(', ')}; ${given}. More: npm run recipe -- --help`);
  process.exitCode = 2;
} else {
  const work = values.work ?? join(cacheDirectory(), 'recipes', name);
  console.log(await recipe({ work, resume: values.resume }));
}
