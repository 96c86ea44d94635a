import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ModelManifest } from '@sensorium/orchestrator';
import type { Command } from 'commander';
import { modelFolder } from '../places.js';
import type { Candidates, Word } from './candidates.js';
import { overrideWords } from './overrides.js';
import { subcommandsOf, type Place } from './walk.js';

/** A place that takes a value, and what is typed of it. */
interface Asked extends Place {
  readonly last: string;
}

/** `--out <folder>` → `folder`: what is written there says of what kind the value is. */
export const placeholderOf = (flags: string): string => /[<[](.+?)(?:\.\.\.)?[\]>]/.exec(flags)?.[1] ?? '';

export async function valuesOf(
  choices: readonly string[] | undefined,
  placeholder: string,
  asked: Asked,
): Promise<Candidates> {
  if (choices) return words(choices);
  return (await kinds[placeholder]?.(asked)) ?? words([]);
}

export const subcommandWords = (program: Command): Word[] =>
  subcommandsOf(program).map((command) => ({
    word: command.name(),
    meaning: command.summary() || command.description(),
  }));

const words = (all: readonly string[]): Candidates => ({
  words: all.map((word) => ({ word, meaning: '' })),
  paths: 'none',
});
const files: Candidates = { words: [], paths: 'files' };

/** By the placeholders that the commands use. Where there is none, nothing is offered. */
const kinds: Readonly<Record<string, (asked: Asked) => Candidates | Promise<Candidates>>> = {
  file: () => files,
  table: () => files,
  manifest: () => files,
  folder: () => ({ words: [], paths: 'folders' }),
  model: () => ({ words: [{ word: 'starter', meaning: 'the embedded model' }], paths: 'folders' }),
  command: ({ program }) => ({ words: subcommandWords(program), paths: 'none' }),
  sample: sampleNames,
  names: backendWords,
  graph: graphNames,
  'name=value': inputNames,
  'key=value': ({ operands, last }) => overrideWords(operands[0], last),
  'key=values': ({ operands, last }) => overrideWords(operands[0], last),
};

async function sampleNames(): Promise<Candidates> {
  const { samples } = await import('@sensorium/starter/tables');
  return {
    words: Object.entries(samples).map(([word, { description }]) => ({ word, meaning: description })),
    paths: 'none',
  };
}

/** `webgpu,c` → `webgpu,cpu`, `webgpu,cuda` */
async function backendWords({ last }: Asked): Promise<Candidates> {
  const { backendNames } = await import('@sensorium/orchestrator/installed');
  const given = last.split(',').slice(0, -1);
  const others = (await backendNames()).filter((name) => !given.includes(name));
  return words(others.map((name) => [...given, name].join(',')));
}

/** Those of the model that the command line names, and behind the sign a file. */
async function inputNames({ operands, last }: Asked): Promise<Candidates> {
  if (last.includes('=')) return files;
  const manifest = await manifestOf(operands[0]);
  return words(Object.keys(manifest?.inputs ?? {}).map((name) => `${name}=`));
}

async function graphNames({ operands }: Asked): Promise<Candidates> {
  const { MODEL_FILE } = await import('@sensorium/orchestrator');
  const manifest = await manifestOf(operands[0]);
  const graphs = Object.keys(manifest?.built.files ?? {}).filter((file) => file !== MODEL_FILE);
  return words(graphs.map((file) => file.replace(/\.onnx$/, '')));
}

/** Of a model's folder. Undefined where it cannot be read: whoever presses Tab is not told of errors. */
async function manifestOf(model = ''): Promise<Pick<ModelManifest, 'inputs' | 'built'> | undefined> {
  const { MANIFEST_FILE } = await import('@sensorium/orchestrator');
  const folder = await modelFolder(model);
  const file = folder instanceof URL ? new URL(MANIFEST_FILE, folder) : join(folder, MANIFEST_FILE);
  return readFile(file, 'utf8').then(
    (text) => JSON.parse(text) as ModelManifest,
    () => undefined,
  );
}
