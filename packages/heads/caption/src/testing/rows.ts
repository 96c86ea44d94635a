import type { Tensor } from '@sensorium/contracts';
import { createRandom } from '@sensorium/data';
import { makeTensor } from '@sensorium/tensors';

/** A task that is learned in seconds: features tell the colours of a row in their order, and a text names them. */
const COLOURS = ['Red', 'green', 'light blue', 'black'];
/** The longest row. */
const PLACES = 4;
/** A token says which colour it is, and where it stands. */
export const WIDTH = COLOURS.length + PLACES;

/** Colours by their index. */
export type Row = readonly number[];

/** All 340 of them, in random order. */
export function allRows(): Row[] {
  const longer = (rows: readonly Row[]): Row[] => rows.flatMap((row) => COLOURS.map((_, colour) => [...row, colour]));
  const byLength = [longer([[]])];
  while (byLength.length < PLACES) byLength.push(longer(byLength.at(-1)!));
  const random = createRandom(1, 'rows');
  const keyed = byLength.flat().map((row) => ({ row, key: random.uniform() }));
  return keyed.sort((a, b) => a.key - b.key).map(({ row }) => row);
}

export const textOf = (row: Row): string => `${row.map((colour) => COLOURS[colour]).join(', ')}.`;

/** `tokens` [N,4,8], `mask` [N,4] and `present` [N,1] of rows. */
export function featuresOf(rows: readonly Row[]): Record<'tokens' | 'mask' | 'present', Tensor> {
  const places = rows.flatMap((row) => Array.from({ length: PLACES }, (_, place) => ({ place, colour: row[place] })));
  const token = ({ place, colour }: { place: number; colour: number | undefined }): number[] =>
    Array.from({ length: WIDTH }, (_, index) => Number(index === colour || index === COLOURS.length + place));
  const float = (shape: number[], data: number[]): Tensor => makeTensor('float32', [rows.length, ...shape], data);
  return {
    tokens: float([PLACES, WIDTH], places.flatMap(token)),
    mask: float(
      [PLACES],
      places.map(({ colour }) => Number(colour !== undefined)),
    ),
    present: float(
      [1],
      rows.map(() => 1),
    ),
  };
}
