import { badSeries } from './bad-series.js';
import type { Motion } from './motion.js';
import { seriesOf } from './rows.js';

const delimiters = ['\t', ';', ','] as const;

/** A table of numbers as text. Throws SENSORIUM_BAD_MEDIA. */
export function parseTable(text: string, name: string): Motion {
  const lines = text.split(/\r\n|\n|\r/).filter((line) => line.trim() !== '');
  const [head, ...rest] = lines;
  if (head === undefined) throw badSeries(name, 'is empty');
  const delimiter = delimiters.find((own) => head.includes(own)) ?? ',';
  const first = cellsOf(head, delimiter);
  const hasNames = first.some((cell) => Number.isNaN(numberOf(cell)));
  const columns = hasNames ? first : first.map((_, index) => String(index));
  const rows = (hasNames ? rest : lines).map((line) => cellsOf(line, delimiter));
  const ragged = rows.findIndex((row) => row.length !== columns.length);
  if (ragged >= 0) {
    const found = rows[ragged] as string[];
    throw badSeries(name, `row ${ragged + 1} has ${found.length} cells, and the first line ${columns.length}`);
  }
  if (rows.length === 0) throw badSeries(name, 'has no rows');
  const cellOf = (row: number, column: number) => {
    const given = (rows[row] as string[])[column] as string;
    return { number: numberOf(given), given };
  };
  return seriesOf(columns, rows.length, cellOf, name);
}

/** Tables of numbers need quotes for names at most. */
const cellsOf = (line: string, delimiter: string): string[] =>
  line.split(delimiter).map((cell) => cell.trim().replace(/^"(.*)"$/, '$1'));

const numberOf = (cell: string): number => (cell === '' ? NaN : Number(cell));
