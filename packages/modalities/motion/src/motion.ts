import { exampleBeside, type IO, type Line, type Modality, type Shown, type Source } from '@sensorium/contracts';
import { nameOf, readUtf8, tooLarge } from '@sensorium/media';
import { badSeries } from './bad-series.js';
import { isNames, parseJson, parseJsonText } from './parse-json.js';
import { parseTable } from './parse-table.js';
import { checkTime, describeTime } from './time.js';

/** A series: what several channels measured, row after row. */
export interface Motion {
  /** At least one, each with a name of its own: `accX`. */
  readonly channels: readonly string[];
  /** Finite, [T,C], at least one row. */
  readonly values: Float32Array;
  /** Rows a second, or the second of every row, never going back, [T]. Left out: nobody knows, and a row is the unit of time. */
  readonly time?: number | Float64Array;
}

/** 64 MiB are a million rows of six channels. */
const MAX_BYTES = 2 ** 26;

/**
 * Series of several channels: what sensors of a hand, a machine, a body measured. A source is the path or URL of a CSV or
 * JSON file, its bytes, JSON in a cell, or the decoded value.
 *
 * CSV (or with tabs or semicolons) has a column for each channel, named in the first line unless that has numbers; one called
 * `t`, `time` or `timestamp` has the time of each row, in seconds, or in the unit that a suffix `_ms`, `_us`, `_ns` names. JSON is a
 * list of rows (numbers, lists, or objects by channel), or `{ values: rows, channels?, time? }` as in `Motion`.
 */
export const motion: Modality<Motion> = {
  name: 'motion',
  from: 'file',
  exclusive: true,
  version: '1',
  example: exampleBeside(import.meta.url, 'modality-motion'),
  async decode(source, io) {
    const name = nameOfSeries(source, io);
    if (isDecoded(source)) return checked(source, name);
    if (isJson(source)) return checked(parseJson(source, name), name);
    const text = await textOf(source, io, name);
    return checked(beginsAsJson(text) ? parseJsonText(text, name) : parseTable(text, name), name);
  },
  show: curveOf,
};

const nameOfSeries = (source: Source, io: IO): string =>
  typeof source === 'string' && beginsAsJson(source) ? (io.name ?? 'JSON') : nameOf(source, io);

const beginsAsJson = (text: string): boolean => /^\s*[[{]/.test(text);

/** As a property of its own: arrays and bytes have a method of that name. */
const hasValues = (source: Source): source is { readonly values: unknown } =>
  typeof source === 'object' && source !== null && Object.hasOwn(source, 'values');

const isDecoded = (source: Source): source is Motion => hasValues(source) && source.values instanceof Float32Array;

/** What a table in JSON, or a program, has in a cell. */
const isJson = (source: Source): boolean => Array.isArray(source) || hasValues(source);

async function textOf(source: Source, io: IO, name: string): Promise<string> {
  if (typeof source !== 'string' || !beginsAsJson(source)) return readUtf8(source, io, MAX_BYTES);
  if (source.length <= MAX_BYTES) return source;
  throw tooLarge(name, `has ${source.length} characters; the limit is ${MAX_BYTES}`, 'Cut it into several series.');
}

/** Throws SENSORIUM_BAD_MEDIA for a series whose parts contradict each other. */
function checked(series: Motion, name: string): Motion {
  const { channels, values, time } = series;
  if (!isNames(channels) || channels.length === 0) throw badSeries(name, 'has no channels');
  const seen = new Set<string>();
  const duplicate = channels.find((channel) => seen.size === seen.add(channel).size);
  if (duplicate !== undefined) throw badSeries(name, `has two channels called "${duplicate}"`);
  const rows = values.length / channels.length;
  if (rows === 0) throw badSeries(name, 'has no rows');
  if (!Number.isInteger(rows)) throw badSeries(name, `has ${values.length} values for ${channels.length} channels`);
  const odd = values.findIndex((value) => !Number.isFinite(value));
  if (odd >= 0) {
    const channel = channels[odd % channels.length];
    throw badSeries(name, `has ${values[odd]} in row ${Math.floor(odd / channels.length) + 1}, channel "${channel}"`);
  }
  if (time !== undefined) checkTime(time, rows, name);
  return series;
}

/** The second of every row, [T]; where nobody knows, its number. The first is 0 unless the series says otherwise. */
export function timesOf({ channels, values, time = 1 }: Motion): Float64Array {
  if (typeof time !== 'number') return time;
  return Float64Array.from({ length: values.length / channels.length }, (_, row) => row / time);
}

/** More would not be seen. */
const MOST_POINTS = 500;

function curveOf(series: Motion): Shown {
  const { channels, values, time } = series;
  const times = timesOf(series);
  const step = Math.ceil(times.length / MOST_POINTS);
  const lineOf = (channel: number): Line =>
    Array.from({ length: Math.ceil(times.length / step) }, (_, point) => {
      const row = point * step;
      return [times[row] as number, values[row * channels.length + channel] as number];
    });
  return {
    kind: 'curve',
    x: time === undefined ? 'row' : 'time (s)',
    y: 'value',
    lines: Object.fromEntries(channels.map((channel, index) => [channel, lineOf(index)])),
    alt: `motion of ${channels.join(', ')}, ${describeTime(series)}`,
  };
}
