import type { ResolvedInput, ResolvedManifest, Source } from '@sensorium/contracts';
import { usageError } from '../failure.js';
import { command } from '../terminal/command.js';
import { quote } from '../terminal/quote.js';
import { formatTable } from '../terminal/table.js';

/** What `--input` gave: text by the inputs' names. */
export type GivenInputs = Readonly<Record<string, string>>;

/** The values of a sample. An input of several columns, or of many values, is written as JSON. */
export async function sourcesOf(given: GivenInputs, { inputs }: ResolvedManifest): Promise<Record<string, Source>> {
  const entries = Object.entries(given).map(async ([name, text]) => {
    const settings = inputs[name];
    return [name, settings ? await sourceOf(name, text, settings) : text] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}

async function sourceOf(name: string, text: string, { column, many }: ResolvedInput): Promise<Source> {
  if (typeof column !== 'string') return parse(name, text, `{"${column.join('": …, "')}": …}`);
  if (many === null) return text;
  return text.startsWith('[') ? parse(name, text, '["first", "second"]') : [text];
}

async function parse(name: string, text: string, form: string): Promise<Source> {
  try {
    const value = JSON.parse(text) as unknown;
    if (typeof value === 'object' && value !== null) return value;
  } catch {
    // Said below, with what is expected.
  }
  throw await usageError(
    `--input ${name} takes JSON; given is ${text}`,
    `For example: --input ${quote(`${name}=${form}`)}`,
  );
}

/** Throws SENSORIUM_USAGE, with a list of the inputs, where one lacks that the model cannot do without. */
export async function requireInputs(model: string, { inputs }: ResolvedManifest, given: GivenInputs): Promise<void> {
  const names = Object.keys(inputs);
  // A misspelt name is what the pipeline speaks of, not the input that lacks for it.
  if (Object.keys(given).some((name) => !names.includes(name))) return;
  const needed = Object.entries(inputs).filter(([, { missing }]) => missing === 'error');
  const missing = needed.map(([name]) => name).filter((name) => !Object.hasOwn(given, name));
  if (missing.length === 0 && Object.keys(given).length > 0) return;
  const what = missing.length > 0 ? missing.map((name) => `--input ${name}=…`).join(' ') : '--input name=…';
  const known = Object.entries(inputs).map(([name, { encoder, missing: policy }]) => [
    name,
    encoder,
    policy === 'error' ? '' : 'may be left out',
  ]);
  const example = `${command} run ${quote(model)} ${names.map((name) => `--input ${name}=…`).join(' ')}`;
  throw await usageError(`missing ${what}`, `The model’s inputs:\n${formatTable([{}, {}, {}], known)}\n${example}`);
}
