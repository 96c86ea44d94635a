import { type Random } from '@sensorium/contracts';
import type { Raster } from '@sensorium/media';
import { type Colour, paint, shapes } from './figures.js';
import { between, pick } from './pick.js';

const colourNames = ['red', 'green', 'blue'] as const;
const CELL = 10;
/** Rows and columns from the cell that is asked about to the one it is compared with. */
const relations = { above: [1, 0], below: [-1, 0], 'left of': [0, 1], 'right of': [0, -1] } as const;
const relationNames = ['above', 'below', 'left of', 'right of'] as const;

interface Thing {
  readonly colour: (typeof colourNames)[number];
  readonly shape: (typeof shapes)[number];
  readonly size: number;
}

/** Three rows of three cells, each empty or not. */
type Grid = readonly (Thing | undefined)[];

/** Where the things of a statement are, of the one that is asked about and of the one that it is compared with. */
type Role = 'first' | 'second' | 'both' | 'neither';

export interface GridStatement {
  readonly statement: string;
  readonly truth: boolean;
  /** Of each cell: whether the first thing is there, and whether a thing there would stand in the relation to the second. */
  readonly roles: readonly Role[];
}

export interface GridExample {
  /** 30×30 */
  readonly picture: Raster;
  /** What is in each cell, such as "red circle" or "nothing". */
  readonly cells: readonly string[];
  readonly statements: readonly GridStatement[];
}

/**
 * A picture of things in three rows of three cells, and statements like those of SHAPES (Andreas et al. 2016): "is a red shape left
 * of above a circle". Half of all are true. A relation holds between neighbouring cells.
 */
export function gridExample(random: Random, statements: number): GridExample {
  const grid = gridOf(random);
  return {
    picture: pictureOf(grid, random),
    cells: grid.map((one) => (one ? `${one.colour} ${one.shape}` : 'nothing')),
    statements: Array.from({ length: statements }, () => statementOf(grid, random)),
  };
}

/** Of a picture without things, nothing would be true. */
function gridOf(random: Random): Grid {
  for (;;) {
    const grid = Array.from({ length: 9 }, () => (random.uniform() < 0.2 ? undefined : thing(random)));
    if (grid.some((one) => one)) return grid;
  }
}

const thing = (random: Random): Thing => ({
  colour: pick(random, colourNames),
  shape: pick(random, shapes),
  size: 5 + 3.5 * random.uniform(),
});

function statementOf(grid: Grid, random: Random): GridStatement {
  const wanted = random.integer(2) === 0;
  for (;;) {
    const { statement, first, second, chain } = question(random);
    const asked = grid.map((one) => is(one, first));
    const start = grid.map((one) => is(one, second));
    const related = chain.reduceRight<readonly boolean[]>(moved, start);
    const roles = asked.map((one, at) => roleOf(one, related[at] ?? false));
    if (roles.includes('both') === wanted) return { statement, truth: wanted, roles };
  }
}

const roleOf = (first: boolean, second: boolean): Role =>
  first ? (second ? 'both' : 'first') : second ? 'second' : 'neither';

function question(random: Random) {
  const first = pick(random, [...colourNames, ...shapes]);
  const second = pick(random, [...colourNames, ...shapes]);
  const chain = Array.from({ length: pick(random, [0, 1, 1, 1, 2, 2]) }, () => pick(random, relationNames));
  const noun = (word: string): string => (shapes.some((shape) => shape === word) ? `a ${word}` : `a ${word} shape`);
  const other = chain.length === 0 && !shapes.some((shape) => shape === second) ? second : noun(second);
  return { statement: ['is', noun(first), ...chain, other].join(' '), first, second, chain };
}

const is = (one: Thing | undefined, word: string): boolean => one?.colour === word || one?.shape === word;

/** The cells that stand in the relation to a marked one. */
function moved(marked: readonly boolean[], relation: keyof typeof relations): boolean[] {
  const [down, right] = relations[relation];
  return marked.map((_, at) => {
    const row = Math.floor(at / 3) + down;
    const column = (at % 3) + right;
    return row >= 0 && row < 3 && column >= 0 && column < 3 && (marked[row * 3 + column] ?? false);
  });
}

const pictureOf = (grid: Grid, random: Random): Raster =>
  paint(
    3 * CELL,
    3 * CELL,
    [0, 0, 0],
    grid.flatMap((one, at) => {
      if (!one) return [];
      const { shape, size } = one;
      const inset = (CELL - size) / 2;
      const colour = shadeOf(one.colour, random);
      return [{ shape, size, colour, left: (at % 3) * CELL + inset, top: Math.floor(at / 3) * CELL + inset }];
    }),
  );

/** A strong channel and two weak ones, as the training pictures have them. */
const shadeOf = (colour: Thing['colour'], random: Random): Colour => {
  const channel = (name: Thing['colour']): number =>
    name === colour ? between(random, 200, 255) : between(random, 0, 45);
  return [channel('red'), channel('green'), channel('blue')];
};
