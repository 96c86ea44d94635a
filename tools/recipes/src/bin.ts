#!/usr/bin/env node
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { cacheDirectory } from '@sensorium/data';
import type { Progress } from '@sensorium/trainer';
import { makeStarter } from './starter.js';

const help = `Makes what the starter package ships.

  npm run recipe -- starter [--work FOLDER] [--resume]

  --work FOLDER   for pictures, tables and the training (default: the cache directory)
  --resume        go on with a training that was broken off
`;

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    work: { type: 'string' },
    resume: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

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
    score && `${score.name} ${score.value.toFixed(4)}`,
    secondsLeft && `${Math.ceil(secondsLeft / 60)} min left`,
  ];
  console.log(parts.filter(Boolean).join('  '));
}

if (values.help) {
  console.log(help);
} else if (positionals.join(' ') !== 'starter') {
  const given = positionals.length > 0 ? `"${positionals.join(' ')}" is none` : 'none is given';
  console.error(`The only recipe is starter; ${given}. More: npm run recipe -- --help`);
  process.exitCode = 2;
} else {
  const work = values.work ?? join(cacheDirectory(), 'recipes', 'starter');
  const { test, seconds } = await makeStarter({ work, resume: values.resume, onProgress: report });
  console.log(`${Math.round(seconds / 60)} min; test: ${JSON.stringify(test?.['answer']?.values)}`);
}
