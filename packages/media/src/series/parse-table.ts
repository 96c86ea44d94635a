import type { Steps } from '../steps.js';
import { badSeries } from './bad-series.js';
import { type Reading, seriesOfRows } from './rows.js';
import type { Series } from './series.js';

const delimiters = ['\t', ';', ','] as const;

/** A table of numbers as text. Throws SENSORIUM_BAD_MEDIA. */
export function* parseTable(text: string, reading: Reading): Steps<Series> {
  const { name, gaps } = reading;
  const lines = linesOf(text);
  const head = lines.next().value;
  if (head === undefined) throw badSeries(name, 'is empty');
  const delimiter = delimiters.find((own) => head.includes(own)) ?? ',';
  const first = cellsOf(head, delimiter);
  const isNumber = (cell: string): boolean => Number.isFinite(numberOf(cell)) || (gaps && isGap(cell));
  // A line of gaps alone has numbers of a series, and a name that is empty names nothing.
  const hasNames = !first.every(isNumber);
  const rows = hasNames ? [] : [first];
  for (const line of lines) {
    const row = cellsOf(line, delimiter);
    if (row.length !== first.length) {
      const [place, found] = [rows.length + 1, row.length];
      throw badSeries(name, `row ${place} has ${found} cells, and the first line ${first.length}`);
    }
    rows.push(row);
    yield;
  }
  if (rows.length === 0) throw badSeries(name, 'has no rows');
  const columns = hasNames ? first : first.map((_, index) => String(index));
  return yield* seriesOfRows(columns, rows, (cell) => numberIn(cell as string), reading);
}

/** Those with more than spaces. */
function* linesOf(text: string): Generator<string, undefined, undefined> {
  for (const [line] of text.matchAll(/[^\r\n]+/g)) if (line.trim() !== '') yield line;
  return undefined;
}

/** Tables of numbers need quotes for names at most. */
const cellsOf = (line: string, delimiter: string): string[] =>
  line.split(delimiter).map((cell) => cell.trim().replace(/^"(.*)"$/, '$1'));

/** How tables write that there is nothing. */
const isGap = (cell: string): boolean => /^(?:nan|n\/?a|null)?$/i.test(cell);

const numberOf = (cell: string): number => (cell === '' ? NaN : Number(cell));

function numberIn(cell: string): number | undefined {
  if (isGap(cell)) return NaN;
  const number = Number(cell);
  return Number.isNaN(number) ? undefined : number;
}
