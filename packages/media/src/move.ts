import type { Random } from '@sensorium/contracts';

/** How a square is mirrored and shifted. */
export interface Move {
  readonly mirrored: boolean;
  /** Pixels to the left, and up. */
  readonly dx: number;
  readonly dy: number;
}

/**
 * Draws what happens to a training picture of `side` pixels from the stream of its row, in the way of the image encoder, so that all
 * columns of pictures in a row move alike: a mirror from its fork `flip`, shifts (across, then down) from `crop`.
 */
export function drawMove(
  row: Random,
  side: number,
  { crop, flip }: { readonly crop: number; readonly flip: boolean },
): Move {
  const mirrored = row.fork('flip').uniform() < 0.5 && flip;
  const shifts = row.fork('crop');
  const most = Math.round(side * crop);
  const shift = (): number => (most > 0 ? shifts.integer(2 * most + 1) - most : 0);
  return { mirrored, dx: shift(), dy: shift() };
}

/** A square [side,side,channels], moved: what is uncovered repeats the edge. */
export function moved<T extends Uint8Array | Uint16Array | Float32Array>(
  data: T,
  side: number,
  channels: number,
  { mirrored, dx, dy }: Move,
): T {
  const result = data.slice() as T;
  const clamp = (position: number): number => Math.min(side - 1, Math.max(0, position));
  let at = 0;
  for (let y = 0; y < side; y++) {
    const line = clamp(y + dy) * side;
    for (let x = 0; x < side; x++) {
      const column = clamp(x + dx);
      const source = (line + (mirrored ? side - 1 - column : column)) * channels;
      for (let channel = 0; channel < channels; channel++) result[at++] = data[source + channel] as number;
    }
  }
  return result;
}
