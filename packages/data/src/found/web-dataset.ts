import type { Archive } from '../archive/archive.js';
import { readFileOf } from '../archive/archive.js';
import { sha256 } from '../sha256.js';
import { badTable } from '../table/table-error.js';
import { tableFromRecords } from '../table/table.js';
import { counted } from './files-table.js';
import type { FoundTable } from './found-table.js';
import { isHidden } from './paths.js';

/** Texts that stand in files of their own, and become cells. */
const texts: readonly string[] = ['txt', 'cls', 'caption', 'label'];
const MOST_TEXT_BYTES = 2 ** 20;

type Sample = Map<string, unknown>;

/** Whether files share names, so that each name is a sample: `001.jpg`, `001.cls`. */
export function isWebDataset({ files }: Archive): boolean {
  const names = new Set<string>();
  for (const path of files.keys()) {
    if (isHidden(path)) continue;
    const { name } = partsOf(path);
    if (names.has(name)) return true;
    names.add(name);
  }
  return false;
}

export interface WebDatasetOptions {
  readonly path: string;
  readonly base: string;
  readonly addressOf: (path: string) => string;
  readonly signal: AbortSignal | undefined;
}

/**
 * A row for each name, a column for each ending, as WebDataset writes it: of `001.jpg`, `001.seg.png`, `001.cls`, `001.json` the
 * columns `name`, `jpg`, `seg.png`, `cls`, and `json.caption` for a field of the JSON. Throws SENSORIUM_BAD_TABLE for texts
 * that are too long or no JSON.
 */
export async function webDataset(archive: Archive, options: WebDatasetOptions): Promise<FoundTable> {
  const { path, base, addressOf, signal } = options;
  const samples = new Map<string, Sample>();
  for (const file of archive.files.keys()) {
    if (isHidden(file)) continue;
    const { name, ending } = partsOf(file);
    const sample = samples.get(name) ?? new Map<string, unknown>([['name', name]]);
    samples.set(name, sample);
    const last = ending.replace(/^.*\./, '');
    if (last === 'json') addFields(sample, ending, parse(await textOf(archive, file, signal), archive.name, file));
    else sample.set(ending, texts.includes(last) ? (await textOf(archive, file, signal)).trim() : addressOf(file));
  }
  const records = [...samples.values()].map((sample) => Object.fromEntries(sample));
  const table = tableFromRecords(records, path);
  return {
    table,
    base,
    hash: await sha256(JSON.stringify(records)),
    readAs: `WebDataset: ${counted(records.length, 'sample')} with the columns ${table.columns.join(', ')}`,
  };
}

/** At the first point of the last step: WebDataset's own rule. */
function partsOf(path: string): { name: string; ending: string } {
  const [, name = path, ending = ''] = /^((?:[^]*\/)?[^/.]+)\.([^/]+)$/.exec(path) ?? [];
  return { name, ending: ending.toLowerCase() };
}

function addFields(sample: Sample, ending: string, value: unknown): void {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) sample.set(ending, value);
  else for (const [key, field] of Object.entries(value)) sample.set(`${ending}.${key}`, field);
}

async function textOf(archive: Archive, file: string, signal: AbortSignal | undefined): Promise<string> {
  const bytes = await readFileOf(archive, file, { maxBytes: MOST_TEXT_BYTES, signal });
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw badTable(`"${file}" is not UTF-8 text`, { file: archive.name }, 'Save it in the encoding UTF-8.', cause);
  }
}

function parse(text: string, archive: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw badTable(`"${file}" is not valid JSON: ${(cause as Error).message}`, { file: archive }, undefined, cause);
  }
}
