import { readFileSync } from 'node:fs';
import { format } from 'node:util';
import type { Modality, Plugin } from '@sensorium/contracts';
import { describe, expect, it } from 'vitest';
import { listOptions } from './option-schema.js';

/** Gives a package by its name, as the test that asks sees it: `(name) => import(name)`. */
export type LoadPackage = (name: string) => Promise<object>;

/**
 * Declares the tests of the README of a plugin or a modality: its table `option | default | meaning` is the schema's, if
 * there is one, and its first example in TypeScript (without types, so that it runs as it is) prints what the comments
 * behind `console.log` say.
 */
export function conformsToReadme(subject: Plugin | Modality, readme: URL, load: LoadPackage): void {
  describe(`README of ${subject.name}`, () => {
    it('has the options of the schema', () => {
      const options = 'options' in subject ? optionRows(subject) : [];
      expect(documentedOptions(readFileSync(readme, 'utf8'))).toEqual(options);
    });

    it('has an example that prints what it says', async () => {
      const example = exampleOf(readFileSync(readme, 'utf8'));
      expect(await printed(example, load)).toEqual(promised(example));
    });
  });
}

/** Rows of the table of options: name, default, meaning. */
export function optionRows(plugin: Plugin): string[][] {
  return listOptions(plugin.options)
    .filter(({ group }) => !group)
    .map(({ path, default: value, description = '' }) => [
      `\`${path}\``,
      value === undefined ? '' : `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``,
      description,
    ]);
}

/** The rows of the first table whose first column is called `option`. */
export function documentedOptions(markdown: string): string[][] {
  const lines = markdown.split('\n').map(cells);
  const head = lines.findIndex(([first]) => first === 'option');
  if (head < 0) return [];
  const rest = lines.slice(head + 2);
  const end = rest.findIndex((row) => row.length === 0);
  return end < 0 ? rest : rest.slice(0, end);
}

/** `| a | b |` → a, b; nothing for a line that is no row. */
const cells = (line: string): string[] =>
  /^\|.*\|$/.test(line)
    ? line
        .slice(1, -1)
        .split('|')
        .map((cell) => cell.trim())
    : [];

function exampleOf(markdown: string): string {
  const [, example] = /```ts\n(.*?)```/s.exec(markdown) ?? [];
  if (example === undefined) throw new Error('the README has no example in ```ts');
  return example;
}

/** What the comments behind `console.log(…);` say. */
export const promised = (example: string): string[] =>
  Array.from(example.matchAll(/console\.log\(.*\);\s*\/\/ (.*)$/gm), ([, comment = '']) => comment);

type Program = (load: LoadPackage, console: Pick<Console, 'log'>) => Promise<void>;
const { constructor: AsyncFunction } = Object.getPrototypeOf(async () => undefined) as {
  readonly constructor: new (...parametersAndBody: string[]) => Program;
};

/** Runs an example, with its imports through `load`, and gives the lines that it prints. */
export async function printed(example: string, load: LoadPackage): Promise<string[]> {
  const program = example.replaceAll(
    /^import \{([^}]+)\} from '([^']+)';$/gm,
    (_, names: string, from: string) => `const {${names.replaceAll(' as ', ': ')}} = await load('${from}');`,
  );
  const lines: string[] = [];
  const console = { log: (...values: unknown[]) => lines.push(format(...values)) };
  await new AsyncFunction('load', 'console', program)(load, console);
  return lines;
}
