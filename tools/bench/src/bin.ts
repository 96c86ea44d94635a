#!/usr/bin/env node
import { rename, writeFile } from 'node:fs/promises';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { machine, versions } from './machine.js';
import { installPeers } from './peers.js';
import type { Report, Workload } from './workload.js';

/** Each imported when it is asked for: what one needs may not be there where another runs. */
const workloads: Readonly<Record<string, () => Promise<Workload>>> = {
  engine: async () => (await import('./engine.js')).engine,
  gradients: async () => (await import('./gradients.js')).gradientAgreement,
  agreement: async () => (await import('./agreement.js')).agreement,
  backends: async () => (await import('./backends.js')).backends,
  finetune: async () => (await import('./finetune.js')).finetune,
  photos: async () => (await import('./photos.js')).photos,
  pipeline: async () => (await import('./pipeline.js')).pipeline,
  recompute: async () => (await import('./recompute.js')).recompute,
  lasting: async () => (await import('./lasting.js')).lasting,
  kills: async () => (await import('./kills.js')).kills,
  rows: async () => (await import('./rows.js')).rows,
  soak: async () => (await import('./soak.js')).soak,
  tokens: async () => (await import('./tokens.js')).tokens,
  throughput: async () => (await import('./throughput.js')).throughput,
  validation: async () => (await import('./validation.js')).validation,
  regression: async () => (await import('./latitude.js')).latitude,
  embedding: async () => (await import('./joint-space.js')).jointSpace,
  caption: async () => (await import('./scene-captions.js')).sceneCaptionsTrue,
  starter: async () => (await import('./scene-questions.js')).sceneQuestions,
  senses: async () => (await import('./senses.js')).senses,
  shapes: async () => (await import('./shapes.js')).shapes,
  nlvr: async () => (await import('./nlvr.js')).nlvr,
  data2vec: async () => (await import('./unlabelled.js')).unlabelled,
};

const usage = async (): Promise<string> => `Usage: npm run bench -- WORKLOAD [options]

Workloads:
${(await Promise.all(Object.entries(workloads).map(described))).join('\n')}

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

async function described([name, load]: [string, () => Promise<Workload>]): Promise<string> {
  return `  ${name.padEnd(16)} ${(await load()).description}`;
}

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
    console.log(await usage());
    return;
  }
  const [name, ...others] = positionals;
  const load = name !== undefined && Object.hasOwn(workloads, name) ? workloads[name] : undefined;
  if (!load || others.length > 0) {
    const given = positionals.length > 0 ? `"${positionals.join(' ')}" is none` : 'none is given';
    throw new Error(`WORKLOAD is one of ${Object.keys(workloads).join(', ')}; ${given}. More: npm run bench -- --help`);
  }
  const seed = wholeNumber('seed', values.seed, 0);
  const rounds = wholeNumber('rounds', values.rounds, 1);
  const minutes = values.minutes === undefined ? undefined : wholeNumber('minutes', values.minutes, 1);
  if (values['install-peers']) installPeers({ jaxAlone: name === 'gradients' });
  const workload = await load();
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
