#!/usr/bin/env node
import { rename, writeFile } from 'node:fs/promises';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { agreement } from './agreement.js';
import { backends } from './backends.js';
import { engine } from './engine.js';
import { finetune } from './finetune.js';
import { gradientAgreement } from './gradients.js';
import { kills } from './kills.js';
import { lasting } from './lasting.js';
import { machine, versions } from './machine.js';
import { jointSpace } from './joint-space.js';
import { latitude } from './latitude.js';
import { installPeers } from './peers.js';
import { photos } from './photos.js';
import { pipeline } from './pipeline.js';
import { recompute } from './recompute.js';
import { sceneCaptionsTrue } from './scene-captions.js';
import { sceneQuestions } from './scene-questions.js';
import { soak } from './soak.js';
import { unlabelled } from './unlabelled.js';
import { validation } from './validation.js';
import type { Report, Workload } from './workload.js';

const workloads: Readonly<Record<string, Workload>> = {
  engine,
  gradients: gradientAgreement,
  agreement,
  backends,
  finetune,
  photos,
  pipeline,
  recompute,
  lasting,
  kills,
  soak,
  validation,
  regression: latitude,
  embedding: jointSpace,
  caption: sceneCaptionsTrue,
  starter: sceneQuestions,
  data2vec: unlabelled,
};

const usage = `Usage: npm run bench -- WORKLOAD [options]

Workloads:
${Object.entries(workloads)
  .map(([name, { description }]) => `  ${name.padEnd(16)} ${description}`)
  .join('\n')}

Options:
  --out FILE       writes the numbers as JSON, with machine, versions and seed
  --only A,B       only these of the workload's parts
  --seed 1         decides all values
  --rounds 5       how often everything is measured, in turns; the best counts
  --minutes N      how long lasting (30) and soak (10) go on, and agreement on each backend at most (30)
  --kills 100      how many processes kills ends
  --install-peers  installs the engines to compare with first, into tools/bench/peers (about 100 MB; 2 MB for gradients)
  --help           this

Example: npm run bench -- engine --only mlp,transformer --rounds 3 --install-peers --out engine.json`;

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      out: { type: 'string' },
      only: { type: 'string' },
      seed: { type: 'string', default: '1' },
      rounds: { type: 'string', default: '5' },
      minutes: { type: 'string' },
      kills: { type: 'string', default: '100' },
      'install-peers': { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.log(usage);
    return;
  }
  const [name, ...others] = positionals;
  const workload = name === undefined ? undefined : workloads[name];
  if (!workload || others.length > 0) {
    const given = positionals.length > 0 ? `"${positionals.join(' ')}" is none` : 'none is given';
    throw new Error(`WORKLOAD is one of ${Object.keys(workloads).join(', ')}; ${given}. More: npm run bench -- --help`);
  }
  const seed = wholeNumber('seed', values.seed, 0);
  const rounds = wholeNumber('rounds', values.rounds, 1);
  const minutes = values.minutes === undefined ? undefined : wholeNumber('minutes', values.minutes, 1);
  if (values['install-peers']) installPeers({ jaxAlone: workload === gradientAgreement });
  const about = { workload: name, machine: machine(), versions: versions(), seed, rounds };
  const save = (result: Report['result']): Promise<void> => write(values.out, { ...about, ...result });
  const options = {
    seed,
    rounds,
    minutes,
    kills: wholeNumber('kills', values.kills, 1),
    only: values.only?.split(','),
    save,
  };
  const { table, result, failed = false } = await workload.run(options);
  console.log(`${workload.description}\n${format(table)}`);
  if (failed) process.exitCode = 1;
  await save(result);
}

async function write(file: string | undefined, content: object): Promise<void> {
  if (file === undefined) return;
  await writeFile(`${file}.part`, `${JSON.stringify(content, null, 2)}\n`);
  await rename(`${file}.part`, file);
}

function wholeNumber(option: string, text: string, least: number): number {
  const number = Number(text);
  if (Number.isSafeInteger(number) && number >= least) return number;
  throw new Error(`--${option} is a whole number of at least ${least}, not "${text}"`);
}

function format(table: Report['table']): string {
  // What has no numbers is a sentence.
  const width = Math.max(...table.filter(({ length }) => length > 1).map(([first = '']) => first.length));
  return table
    .map(([first = '', ...others]) => first.padEnd(width) + others.map((text) => text.padStart(12)).join(''))
    .join('\n');
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
