#!/usr/bin/env node
import { rename, writeFile } from 'node:fs/promises';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { machine, versions } from './machine.js';
import { pipeline } from './pipeline.js';
import { step } from './step.js';
import type { Report, Workload } from './workload.js';

const workloads: Readonly<Record<string, Workload>> = { step, pipeline };

const usage = `Usage: npm run bench -- WORKLOAD [--out FILE] [--seed 1] [--rounds 5]
${Object.entries(workloads)
  .map(([name, { description }]) => `  ${name}  ${description}`)
  .join('\n')}`;

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      out: { type: 'string' },
      seed: { type: 'string', default: '1' },
      rounds: { type: 'string', default: '5' },
    },
  });
  const [name = ''] = positionals;
  const [seed, rounds] = [Number(values.seed), Number(values.rounds)];
  const workload = workloads[name];
  if (!workload || positionals.length > 1 || !Number.isSafeInteger(seed) || !(Number.isInteger(rounds) && rounds > 0)) {
    throw new Error(usage);
  }
  const report = await workload.run({ seed, rounds });
  console.log(`${workload.description}\n${table(report)}`);
  if (values.out === undefined) return;
  const result = { workload: name, machine: machine(), versions: versions(), seed, rounds, ...withRatios(report) };
  await writeFile(`${values.out}.part`, `${JSON.stringify(result, null, 2)}\n`);
  await rename(`${values.out}.part`, values.out);
}

function withRatios({ measurements, details }: Report) {
  return {
    measurements: measurements.map((one) => ({ ...one, ratio: one.milliseconds / one.floorMilliseconds })),
    details,
  };
}

function table(report: Report): string {
  const rows = withRatios(report).measurements.map(({ name, milliseconds, floorMilliseconds, ratio }) => [
    name,
    milliseconds.toFixed(2),
    floorMilliseconds.toFixed(2),
    ratio.toFixed(2),
  ]);
  const lines = [['', 'ms', 'floor ms', 'ratio'], ...rows];
  return lines
    .map(([first = '', ...others]) => first.padEnd(16) + others.map((text) => text.padStart(10)).join(''))
    .join('\n');
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
