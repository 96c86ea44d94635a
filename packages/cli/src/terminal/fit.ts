import { required } from '@sensorium/contracts';
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

/**
 * The widths of columns that together take no more than `room`, as far as that can be: the widest is narrowed first, not below
 * its longest word, and where that does not do, not below its longest number.
 */
export function fittedWidths(columns: readonly Cells[], room: number): number[] {
  const natural = columns.map(({ texts }) => widest(texts));
  const least = (floor: (texts: readonly string[]) => number): number[] =>
    columns.map(({ texts, isRigid }, index) =>
      isRigid ? required(natural[index], 'a width') : floor(texts.flatMap(piecesOf)),
    );
  const whole = narrowed(natural, least(widest), room);
  return sum(whole) <= room ? whole : narrowed(whole, least(numbersWidth), room);
}

const numbersWidth = (pieces: readonly string[]): number =>
  Math.max(widest(pieces.filter((piece) => /\d/.test(piece))), Math.min(NARROWEST, widest(pieces)));

function narrowed(widths: readonly number[], floors: readonly number[], room: number): number[] {
  const fitted = [...widths];
  const floorOf = (index: number): number => required(floors[index], 'a least width');
  while (sum(fitted) > room) {
    const open = [...fitted.keys()].filter((index) => at(fitted, index) > floorOf(index));
    if (open.length === 0) break;
    const next = open.reduce((one, other) => (at(fitted, other) > at(fitted, one) ? other : one));
    fitted[next] = at(fitted, next) - 1;
  }
  return fitted;
}

const at = (widths: readonly number[], index: number): number => required(widths[index], 'a width');
const sum = (widths: readonly number[]): number => widths.reduce((total, width) => total + width, 0);

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
