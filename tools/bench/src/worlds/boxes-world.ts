import { type Random } from '@sensorium/contracts';
import type { Raster } from '@sensorium/media';
import { type Colour, paint, shapes } from './figures.js';
import { between, pick } from './pick.js';
import { statements, towerStatements } from './box-statements.js';

const colours = {
  black: [0, 0, 0],
  blue: [0, 153, 255],
  yellow: [255, 255, 0],
} as const satisfies Record<string, Colour>;
const colourNames = ['black', 'blue', 'yellow'] as const;
const grey: Colour = [211, 211, 211];
/** Pixels of a side of a box. */
const SIDE = 100;
const BLOCK = 20;

export interface Item {
  readonly colour: (typeof colourNames)[number];
  readonly shape: (typeof shapes)[number];
  readonly left: number;
  readonly top: number;
  readonly size: number;
}

/** The items of a box; those of a tower from its base up. */
export type Box = readonly Item[];

export interface BoxesExample {
  /** Three of 100×100. */
  readonly pictures: readonly Raster[];
  readonly statement: string;
  readonly truth: boolean;
}

/**
 * Three grey boxes, with items all over them or a tower of blocks in each, and a statement like those that people wrote about such
 * boxes for NLVR (Suhr et al. 2017). Half of all are true.
 */
export function boxesExample(random: Random): BoxesExample {
  const wanted = random.integer(2) === 0;
  for (;;) {
    const towers = random.integer(2) === 0;
    const { text, holds } = pick(random, towers ? towerStatements : statements)(random);
    for (let attempt = 0; attempt < 20; attempt++) {
      const boxes = Array.from({ length: 3 }, () => (towers ? tower(random) : scattered(random)));
      if (holds(boxes) === wanted) return { pictures: boxes.map(pictureOf), statement: text, truth: wanted };
    }
  }
}

function tower(random: Random): Box {
  const left = (SIDE - BLOCK) / 2;
  return Array.from({ length: between(random, 1, 4) }, (_, at) => ({
    colour: pick(random, colourNames),
    shape: 'square',
    left,
    top: SIDE - BLOCK - at * (BLOCK + 1),
    size: BLOCK,
  }));
}

/** None of which touches another. */
function scattered(random: Random): Box {
  const box: Item[] = [];
  const count = between(random, 1, 8);
  for (let attempt = 0; attempt < 60 && box.length < count; attempt++) {
    const size = pick(random, [10, 20, 30]);
    const free = SIDE - size;
    // Often at a wall, which people write about.
    const at = (): number => pick(random, [0, free, between(random, 0, free), between(random, 0, free)]);
    const item = { colour: pick(random, colourNames), shape: pick(random, shapes), size, left: at(), top: at() };
    if (!box.some((other) => touches(item, other))) box.push(item);
  }
  return box;
}

const touches = (one: Item, other: Item): boolean =>
  one.left <= other.left + other.size &&
  other.left <= one.left + one.size &&
  one.top <= other.top + other.size &&
  other.top <= one.top + one.size;

const pictureOf = (box: Box): Raster =>
  paint(
    SIDE,
    SIDE,
    grey,
    box.map((item) => ({ ...item, colour: colours[item.colour] })),
  );

/** Pixels that lie between an item and each wall of its box. */
export const distances = ({ left, top, size }: Item): Record<'left' | 'right' | 'top' | 'base', number> => ({
  left,
  right: SIDE - left - size,
  top,
  base: SIDE - top - size,
});
