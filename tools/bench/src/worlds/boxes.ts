import type { Random } from '@sensorium/contracts';
import type { Raster } from '@sensorium/media';
import { type Colour, paint, shapes } from './figures.js';
import { between, pick } from './pick.js';

const shades = {
  black: [0, 0, 0],
  blue: [0, 153, 255],
  yellow: [255, 255, 0],
} as const satisfies Record<string, Colour>;
export const colours = ['black', 'blue', 'yellow'] as const;
const grey: Colour = [211, 211, 211];
/** Pixels of a side of a box. */
const SIDE = 100;
const BLOCK = 20;

export interface Item {
  readonly colour: (typeof colours)[number];
  readonly shape: (typeof shapes)[number];
  readonly left: number;
  readonly top: number;
  readonly size: number;
}

/** The items of a box; those of a tower from its base up. */
export type Box = readonly Item[];

/** A tower of blocks. */
export function tower(random: Random): Box {
  const left = (SIDE - BLOCK) / 2;
  return Array.from({ length: between(random, 1, 4) }, (_, at) => ({
    colour: pick(random, colours),
    shape: 'square',
    left,
    top: SIDE - BLOCK - at * (BLOCK + 1),
    size: BLOCK,
  }));
}

/** Items all over the box, none of which touches another. */
export function scattered(random: Random): Box {
  const box: Item[] = [];
  const count = between(random, 1, 8);
  for (let attempt = 0; attempt < 60 && box.length < count; attempt++) {
    const size = pick(random, [10, 20, 30]);
    const free = SIDE - size;
    // Often at a wall, which people write about.
    const at = (): number => pick(random, [0, free, between(random, 0, free), between(random, 0, free)]);
    const item = { colour: pick(random, colours), shape: pick(random, shapes), size, left: at(), top: at() };
    if (!box.some((other) => touches(item, other))) box.push(item);
  }
  return box;
}

const touches = (one: Item, other: Item): boolean =>
  one.left <= other.left + other.size &&
  other.left <= one.left + one.size &&
  one.top <= other.top + other.size &&
  other.top <= one.top + one.size;

/** Of 100×100. */
export const pictureOf = (box: Box): Raster =>
  paint(
    SIDE,
    SIDE,
    grey,
    box.map((item) => ({ ...item, colour: shades[item.colour] })),
  );

/** Pixels that lie between an item and each wall of its box. */
export const distances = ({ left, top, size }: Item): Record<'left' | 'right' | 'top' | 'base', number> => ({
  left,
  right: SIDE - left - size,
  top,
  base: SIDE - top - size,
});

/** How many items are in a box, how many of each kind, and how many touch each wall. */
export function seenIn(box: Box): Record<string, number> {
  const kinds = colours.flatMap((colour) =>
    shapes.map((shape) => [
      `${colour}-${shape}`,
      box.filter((item) => item.colour === colour && item.shape === shape).length,
    ]),
  );
  const walls = (['left', 'right', 'top', 'base'] as const).map((wall) => [
    wall,
    box.filter((item) => distances(item)[wall] === 0).length,
  ]);
  return Object.fromEntries([['items', box.length], ...kinds, ...walls]) as Record<string, number>;
}
