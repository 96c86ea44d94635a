import type { IO, Source } from '@sensorium/contracts';
import { tooLarge } from '../media-error.js';
import { nameOf, readBytes } from '../read-source.js';
import { readUtf8 } from '../read-utf8.js';
import { inTurns } from '../steps.js';
import { badSeries } from './bad-series.js';
import { beginsAsNpy, parseArray } from './parse-array.js';
import { isNames, parseJson, parseJsonText } from './parse-json.js';
import { parseTable } from './parse-table.js';
import type { Reading } from './rows.js';
import type { Series } from './series.js';
import { checkTime } from './time.js';

/** 64 MiB are a million rows of six channels as text. */
const MAX_BYTES = 2 ** 26;

export interface SeriesOptions {
  /** Whether values may be missing: an empty cell, `NaN`, `NA`, or null in JSON. They are NaN then, and otherwise refused. */
  readonly gaps: boolean;
}

/**
 * A series of several channels. A source is the path or URL of a CSV, JSON or NPY file, its bytes, JSON in a cell, or the
 * decoded value, which is given back as it is.
 *
 * CSV (or with tabs or semicolons) has a column for each channel, named in the first line unless that has numbers; one called
 * `t`, `time` or `timestamp` has the time of each row: in seconds, in the unit that a suffix `_ms`, `_us`, `_ns` names, or as
 * a date of ISO 8601. JSON is a list of rows (numbers, lists, or objects by channel), or `{ values: rows, channels?, time? }` as in
 * `Series`. An NPY file has [T,C].
 *
 * Throws SENSORIUM_BAD_MEDIA for all else, and values that are infinite or, where there may be none, missing;
 * SENSORIUM_MEDIA_TOO_LARGE beyond 64 MiB; and what `io.read` throws.
 */
export async function decodeSeries(source: Source, io: IO, { gaps }: SeriesOptions): Promise<Series> {
  const isText = typeof source === 'string' && beginsAsJson(source);
  const reading = { name: isText ? (io.name ?? 'JSON') : nameOf(source, io), gaps };
  if (isDecoded(source)) return checked(source, reading);
  if (isJson(source)) return checked(await inTurns(parseJson(source, reading), io.signal), reading);
  return checked(
    isText ? await textSeries(cellText(source, reading.name), io, reading) : await fileSeries(source, io, reading),
    reading,
  );
}

async function fileSeries(source: Source, io: IO, reading: Reading): Promise<Series> {
  const bytes = await readBytes(source, io, MAX_BYTES);
  if (beginsAsNpy(bytes)) return parseArray(bytes, reading.name);
  return textSeries(await readUtf8(bytes, { ...io, name: reading.name }, MAX_BYTES), io, reading);
}

const textSeries = (text: string, { signal }: IO, reading: Reading): Promise<Series> =>
  inTurns(beginsAsJson(text) ? parseJsonText(text, reading) : parseTable(text, reading), signal);

const beginsAsJson = (text: string): boolean => /^\s*[[{]/.test(text);

/** As a property of its own: arrays and bytes have a method of that name. */
const hasValues = (source: Source): source is { readonly values: unknown } =>
  typeof source === 'object' && source !== null && Object.hasOwn(source, 'values');

const isDecoded = (source: Source): source is Series => hasValues(source) && source.values instanceof Float32Array;

/** What a table in JSON, or a program, has in a cell. */
const isJson = (source: Source): boolean => Array.isArray(source) || hasValues(source);

function cellText(text: string, name: string): string {
  if (text.length <= MAX_BYTES) return text;
  throw tooLarge(name, `has ${text.length} characters; the limit is ${MAX_BYTES}`, 'Cut it into several series.');
}

/** Throws SENSORIUM_BAD_MEDIA for a series whose parts contradict each other. */
function checked(series: Series, { name, gaps }: Reading): Series {
  const { channels, values, time } = series;
  if (!isNames(channels) || channels.length === 0) throw badSeries(name, 'has no channels');
  const seen = new Set<string>();
  const duplicate = channels.find((channel) => seen.size === seen.add(channel).size);
  if (duplicate !== undefined) throw badSeries(name, `has two channels called "${duplicate}"`);
  const rows = values.length / channels.length;
  if (rows === 0) throw badSeries(name, 'has no rows');
  if (!Number.isInteger(rows)) throw badSeries(name, `has ${values.length} values for ${channels.length} channels`);
  const odd = values.findIndex((value) => !Number.isFinite(value) && !(gaps && Number.isNaN(value)));
  if (odd >= 0) {
    const channel = channels[odd % channels.length];
    throw badSeries(name, `has ${values[odd]} in row ${Math.floor(odd / channels.length) + 1}, channel "${channel}"`);
  }
  if (gaps && values.every(Number.isNaN)) throw badSeries(name, 'has gaps alone, and no value');
  if (time !== undefined) checkTime(time, rows, name);
  return series;
}
