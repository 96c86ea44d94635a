import { cut, widthOf } from './width.js';

/** A cell that is narrower than this says nothing. */
const NARROWEST = 8;

/**
 * Where text may go on in the next line: behind a space, but not between a number and its unit, and within names behind a sign,
 * as in `@sensorium/encoder-image`.
 */
const BREAKS = /(?<=[^\d ] +)(?! )|(?<=[\p{L}\d][/_.-])(?=\p{L})/u;

const piecesOf = (text: string): string[] => text.split(BREAKS);
const widest = (texts: readonly string[]): number => Math.max(0, ...texts.map((text) => widthOf(text.trimEnd())));

interface Cells {
  readonly texts: readonly string[];
  /** Numbers in columns are never broken. */
  readonly isRigid: boolean;
}

type Sized<Column> = Column & { readonly width: number };

/**
 * Columns with widths that together take no more than `room`, as far as that can be: the widest is narrowed first, not below
 * its longest word, and where that does not do, not below its longest number.
 */
export function fitted<Column extends Cells>(columns: readonly Column[], room: number): Sized<Column>[] {
  const natural = columns.map((column) => ({ ...column, width: widest(column.texts) }));
  const whole = narrowed(natural, widest, room);
  return widthOfAll(whole) <= room ? whole : narrowed(whole, numbersWidth, room);
}

const numbersWidth = (pieces: readonly string[]): number =>
  Math.max(widest(pieces.filter((piece) => /\d/.test(piece))), Math.min(NARROWEST, widest(pieces)));

/** @param floor the least width of a column of such pieces of text */
function narrowed<Column extends Cells>(
  columns: readonly Sized<Column>[],
  floor: (pieces: readonly string[]) => number,
  room: number,
): Sized<Column>[] {
  const narrow = columns.map((column) => ({
    column,
    width: column.width,
    least: column.isRigid ? column.width : floor(column.texts.flatMap(piecesOf)),
  }));
  while (widthOfAll(narrow) > room) {
    const open = narrow.filter(({ width, least }) => width > least);
    if (open.length === 0) break;
    open.reduce((one, other) => (other.width > one.width ? other : one)).width--;
  }
  return narrow.map(({ column, width }) => ({ ...column, width }));
}

const widthOfAll = (columns: readonly { readonly width: number }[]): number =>
  columns.reduce((total, { width }) => total + width, 0);

/** Text in lines of at most `width`; a piece of it that is longer still is cut, with an ellipsis. */
export function wrapped(text: string, width: number): string[] {
  if (widthOf(text) <= width) return [text];
  const lines: string[] = [];
  let line = '';
  for (const piece of piecesOf(text)) {
    if (line !== '' && widthOf((line + piece).trimEnd()) > width) {
      lines.push(line.trimEnd());
      line = '';
    }
    line += piece;
  }
  return [...lines, line.trimEnd()].map((one) => cut(one, width));
}
