import type { ResolvedInput, ResolvedManifest, Source } from '@sensorium/contracts';
import { usageError } from '../failure.js';
import { command } from '../terminal/command.js';
import { quote } from '../terminal/quote.js';
import { formatTable } from '../terminal/table.js';

/** What `--input` gave: texts by the inputs' names. */
export type GivenInputs = Readonly<Record<string, readonly string[]>>;

/** A sample, as texts. */
export type GivenSample = Readonly<Record<string, string>>;

/**
 * The samples that inputs make which are given several times; an input that is given once is the same in all. Throws
 * SENSORIUM_USAGE where two are given several times, and not equally often.
 */
export async function samplesOf(given: GivenInputs): Promise<GivenSample[]> {
  const several = Object.entries(given).filter(([, texts]) => texts.length > 1);
  const [first, ...others] = several;
  if (!first) return [sampleAt(given, 0)];
  const other = others.find(([, texts]) => texts.length !== first[1].length);
  if (!other) return first[1].map((_, index) => sampleAt(given, index));
  throw await usageError(
    `--input ${first[0]} is given ${first[1].length} times, and --input ${other[0]} ${other[1].length} times`,
    'Give an input once, for all samples, or once for each of them.',
  );
}

const sampleAt = (given: GivenInputs, index: number): GivenSample =>
  Object.fromEntries(
    Object.entries(given).flatMap(([name, texts]) => {
      const text = texts.length > 1 ? texts[index] : texts[0];
      return text === undefined ? [] : [[name, text]];
    }),
  );

/** Throws SENSORIUM_USAGE where an input is given several times. */
export async function onlySample(given: GivenInputs): Promise<GivenSample> {
  const several = Object.entries(given).find(([, texts]) => texts.length > 1);
  if (!several) return sampleAt(given, 0);
  throw await usageError(`--input ${several[0]} is given ${several[1].length} times`, 'A graph runs on one sample.');
}

/** The values of a sample. An input of several columns, or of many values, is written as JSON. */
export async function sourcesOf(given: GivenSample, { inputs }: ResolvedManifest): Promise<Record<string, Source>> {
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
