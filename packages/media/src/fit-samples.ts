import { type FitMode } from './fit.js';
import type { Samples } from './samples.js';

/** Which pixels of a row or column make each of the new ones, and how much of each. */
interface Cover {
  readonly first: number;
  readonly shares: readonly number[];
}

/**
 * Samples as a square [side,side]: each is the mean of what it covers, weighed by area, of what is a value there. NaN where it
 * covers none, as in the bars of `contain`. Nothing is interpolated between values: what is in front does not mix with what is
 * behind it any further than a pixel reaches.
 *
 * @param isValue whether a number is a value, and no hole
 */
export function fitSamples(
  { width, height, data }: Samples,
  side: number,
  mode: FitMode,
  isValue: (value: number) => boolean = Number.isFinite,
): Float32Array {
  const [across, down] = scalesOf(width, height, side, mode);
  const [columns, rows] = [coversOf(width, side, across), coversOf(height, side, down)];
  return Float32Array.from({ length: side * side }, (_, index) => {
    const [row, column] = [rows[Math.floor(index / side)] as Cover, columns[index % side] as Cover];
    let [sum, area] = [0, 0];
    for (const [dy, rowShare] of row.shares.entries()) {
      const start = (row.first + dy) * width + column.first;
      for (const [dx, columnShare] of column.shares.entries()) {
        const value = data[start + dx] as number;
        if (!isValue(value)) continue;
        sum += value * rowShare * columnShare;
        area += rowShare * columnShare;
      }
    }
    return sum / area;
  });
}

/** Old pixels of each new one, across and down. */
function scalesOf(width: number, height: number, side: number, mode: FitMode): [across: number, down: number] {
  if (mode === 'squeeze') return [width / side, height / side];
  const scale = (mode === 'contain' ? Math.max(width, height) : Math.min(width, height)) / side;
  return [scale, scale];
}

/** `side` pixels of `scale` old ones each, in the middle of `count`. */
function coversOf(count: number, side: number, scale: number): Cover[] {
  const begin = (count - side * scale) / 2;
  return Array.from({ length: side }, (_, index) => {
    const from = Math.max(0, begin + index * scale);
    const to = Math.min(count, begin + (index + 1) * scale);
    const first = Math.floor(from);
    const pixels = Math.max(0, Math.ceil(to) - first);
    const shares = Array.from({ length: pixels }, (_, at) => Math.min(to, first + at + 1) - Math.max(from, first + at));
    return { first, shares };
  });
}
