#!/usr/bin/env node
import { readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { extname, join } from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { fuzz, type Report } from './fuzz.js';
import { formatNames, limits, type FormatName } from './input.js';
import { Tester } from './process/tester.js';

const usage = `Usage: npm run fuzz -- [options]

Reads damaged and hostile files as programs do, each in a process with bounded time and memory. Only clear errors and
answers that make sense count as good; everything else is told, and its input kept.

Options:
  --inputs 500          how many files, all in all
  --seed 1              fixes all of them
  --only A,B            only these: ${formatNames.join(', ')}
  --workers ${availableParallelism()}           processes that read at the same time
  --out fuzz-faults     folder for the inputs with which something is wrong
  --replay FILE         reads this file once, of the format that --only names
  --json                the report as JSON
  --help                this

Example: npm run fuzz -- --inputs 5000 --seed 7 --only onnx`;

const program = join(import.meta.dirname, 'program.js');

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      inputs: { type: 'string', default: '500' },
      seed: { type: 'string', default: '1' },
      only: { type: 'string' },
      workers: { type: 'string', default: String(availableParallelism()) },
      out: { type: 'string', default: 'fuzz-faults' },
      replay: { type: 'string' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return console.log(usage);
  const only = formatsIn(values.only);
  if (values.replay !== undefined) return replay(values.replay, only);
  const begun = performance.now();
  const report = await fuzz({
    program,
    only,
    inputs: wholeNumber('inputs', values.inputs, 1),
    seed: wholeNumber('seed', values.seed, 0),
    workers: wholeNumber('workers', values.workers, 1),
    out: values.out,
    onProgress: progressLine(begun),
  });
  console.log(values.json ? JSON.stringify(report, null, 2) : describe(report));
  if (report.faults.length > 0) process.exitCode = 1;
}

function formatsIn(only: string | undefined): FormatName[] {
  const names = only?.split(',') ?? [...formatNames];
  return names.map((name) => {
    const known = formatNames.find((format) => format === name);
    if (known) return known;
    throw new Error(`--only ${name}: there is ${formatNames.join(', ')}`);
  });
}

function wholeNumber(option: string, text: string, least: number): number {
  const number = Number(text);
  if (Number.isSafeInteger(number) && number >= least) return number;
  throw new Error(`--${option} is a whole number of at least ${least}, not "${text}"`);
}

/** On a terminal a line that changes, elsewhere one every ten seconds. */
function progressLine(begun: number): (done: number, total: number, faults: number) => void {
  const { isTTY } = process.stderr;
  let told = begun;
  return (done, total, faults) => {
    const now = performance.now();
    if (now - told < (isTTY ? 200 : 10_000) && done < total) return;
    told = now;
    const left = Math.ceil(((now - begun) / done) * ((total - done) / 1000));
    const line = `${done} of ${total}, ${faults} faults, ${left} s left`;
    process.stderr.write(isTTY ? `\r${line}\u001b[K${done === total ? '\n' : ''}` : `${line}\n`);
  };
}

function describe({ seed, inputs, answers, errors, faults, costliest }: Report): string {
  const { seconds, mebibytes } = costliest;
  return [
    ...faults.map(({ format, index, made, what, file }) => `${format} ${index} (${made}): ${what}\n  kept as ${file}`),
    `seed ${seed}: ${Object.entries(inputs)
      .map(([name, count]) => `${count} ${name}`)
      .join(', ')}`,
    `${answers} answers, ${Object.values(errors).reduce((a, b) => a + b, 0)} clear errors, ${faults.length} faults`,
    ...Object.entries(errors).map(([code, count]) => `  ${String(count).padStart(6)}  ${code}`),
    ...(seconds
      ? [
          `longest: ${seconds.value.toFixed(1)} s of the processor, ${seconds.format} ${seconds.index} (${seconds.made})`,
        ]
      : []),
    ...(mebibytes
      ? [`largest: ${mebibytes.value.toFixed(0)} MiB, ${mebibytes.format} ${mebibytes.index} (${mebibytes.made})`]
      : []),
  ].join('\n');
}

async function replay(file: string, [format, ...others]: readonly FormatName[]): Promise<void> {
  if (format === undefined || others.length > 0) throw new Error('--replay needs one format: --only onnx');
  const tester = new Tester(program, limits);
  try {
    const input = { file: `input${extname(file)}`, bytes: new Uint8Array(await readFile(file)), made: file };
    const verdict = await tester.test(format, input);
    console.log(JSON.stringify(verdict, null, 2));
    if (verdict.kind === 'fault') process.exitCode = 1;
  } finally {
    await tester.dispose();
  }
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
