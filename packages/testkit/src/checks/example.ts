import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Example, ExampleLanguage, PluginKind } from '@sensorium/contracts';
import type { Check } from '../problem.js';

/** What may have programs that do without Sensorium what it does. */
export interface ExampleSubject {
  readonly kind: PluginKind | 'modality';
  readonly name: string;
  /** Of all options that it is tried with. */
  readonly examples: readonly Example[];
}

/** What a program that is exported around a model calls. Nothing is called of other kinds. */
const functions: Partial<Record<ExampleSubject['kind'], string>> = {
  modality: 'decode',
  encoder: 'prepare',
  head: 'answer',
};

interface Language {
  /** How its file is called in the folder of the program, where others import it. */
  readonly fileOf: (module: string) => string;
  /** Whether a text defines a function that others can call. */
  readonly defines: (text: string, name: string) => boolean;
  /** What is wrong with the syntax of a file; undefined where nothing is, or nobody can tell. */
  readonly fault: (file: string) => Promise<string | undefined>;
}

const languages: Readonly<Record<ExampleLanguage, Language>> = {
  javascript: {
    fileOf: (module) => `${module}.mjs`,
    defines: (text, name) => new RegExp(`^export (async )?(function\\*? |const )${name}\\b`, 'm').test(text),
    fault: (file) => faultOf(process.execPath, ['--check', file]),
  },
  python: {
    fileOf: (module) => `${module.replaceAll('-', '_')}.py`,
    defines: (text, name) => new RegExp(`^def ${name}\\(`, 'm').test(text),
    fault: (file) => faultOf('python3', ['-c', 'import ast, sys; ast.parse(open(sys.argv[1]).read())', file]),
  },
};

export const exampleChecks: readonly Check<ExampleSubject>[] = [
  { name: 'has examples that programs can call', find: findUnusable },
];

async function findUnusable({ examples, ...subject }: ExampleSubject): Promise<string[]> {
  const found = await Promise.all(examples.map((example) => problemsOf(example, subject)));
  return [...new Set(found.flat())];
}

async function problemsOf(example: Example, { kind, name }: Omit<ExampleSubject, 'examples'>): Promise<string[]> {
  const called = functions[kind];
  if (called === undefined) return [`no program calls the example of a ${kind}`];
  const found = Object.entries(languages).map(async ([language, { fileOf, defines, fault }]) => {
    const url = example[language as ExampleLanguage];
    if (url === undefined) return [];
    const text = await readFile(url, 'utf8').catch(() => undefined);
    if (text === undefined) return [`the example in ${language} is not there: ${url.href}`];
    const [own, expected] = [basename(url.pathname), fileOf(moduleOf(kind, name, example))];
    const syntax = await fault(fileURLToPath(url));
    return [
      ...(own === expected ? [] : [`the example in ${language} is called ${own}, and programs look for ${expected}`]),
      ...(syntax === undefined ? [] : [`the example in ${language} cannot be parsed: ${syntax}`]),
      ...(defines(text, called) ? [] : [`the example in ${language} has no function "${called}" that others can call`]),
    ];
  });
  return (await Promise.all(found)).flat();
}

/** What an example says, if it begins as it must for no other plugin to have the same. */
function moduleOf(kind: string, name: string, { name: own }: Example): string {
  const least = `${kind}-${name}`;
  return own?.startsWith(least) ? own : least;
}

/** The last line that a parser says; nothing where it is not installed. */
function faultOf(program: string, args: readonly string[]): Promise<string | undefined> {
  return new Promise((resolve) => {
    execFile(program, args, (error, _, stderr) => {
      const said = stderr.split('\n').filter((line) => /Error/.test(line));
      resolve(error && error.code !== 'ENOENT' ? (said.at(-1) ?? error.message) : undefined);
    });
  });
}
