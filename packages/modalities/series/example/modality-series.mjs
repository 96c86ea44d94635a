// Series of several channels with gaps, from CSV or JSON.
import { readFile } from 'node:fs/promises';

/**
 * A path to CSV or JSON, or JSON as text → { channels, values: a list of rows, NaN where there is nothing, time: rows a second,
 * or seconds, if known }.
 */
export async function decode(source) {
  const text = beginsAsJson(source) ? source : (await readFile(source, 'utf8')).replace(/^\ufeff/, '');
  return beginsAsJson(text) ? fromJson(JSON.parse(text)) : fromTable(text);
}

const beginsAsJson = (text) => /^\s*[[{]/.test(text);

function fromJson(json) {
  const { values, channels, time } = Array.isArray(json) ? { values: json } : json;
  const [first] = values;
  const isObject = typeof first === 'object' && !Array.isArray(first);
  const names = channels ?? (isObject ? Object.keys(first) : [first].flat().map((_, index) => String(index)));
  const rows = values.map((row) => (isObject ? names.map((name) => row[name]) : [row].flat()));
  return { ...seriesOf(names, rows), ...(time !== undefined && { time }) };
}

function fromTable(text) {
  const lines = text.split(/\r\n|\n|\r/).filter((line) => line.trim() !== '');
  const delimiter = ['\t', ';', ','].find((one) => lines[0].includes(one)) ?? ',';
  const cells = lines.map((line) => line.split(delimiter).map((cell) => cell.trim().replace(/^"(.*)"$/, '$1')));
  const [head] = cells;
  const hasNames = head.some((cell) => !isGap(cell) && Number.isNaN(Number(cell)));
  const names = hasNames ? head : head.map((_, index) => String(index));
  return seriesOf(
    names,
    (hasNames ? cells.slice(1) : cells).map((row) => row.map((cell) => (isGap(cell) ? NaN : Number(cell)))),
  );
}

const isGap = (cell) => /^(?:nan|n\/?a|null)?$/i.test(cell);

const units = { s: 1, ms: 1e-3, us: 1e-6, µs: 1e-6, ns: 1e-9 };

/** A column called t, time or timestamp has the time of each row: in seconds, or in the unit after its name. */
function seriesOf(names, rows) {
  const unitOf = (name) => /^(?:t|time|timestamp)(?:(?:[ _]\(?|\()(s|ms|us|µs|ns)\)?)?$/i.exec(name);
  const column = names.findIndex(unitOf);
  const measured = names.flatMap((_, index) => (index === column ? [] : [index]));
  const series = {
    channels: measured.map((index) => names[index]),
    values: rows.map((row) => measured.map((index) => Math.fround(row[index] ?? NaN))),
  };
  if (column < 0) return series;
  const unit = units[(unitOf(names[column])[1] ?? 's').toLowerCase()];
  return { ...series, time: rows.map((row) => (row[column] - rows[0][column]) * unit) };
}
