import type { Random } from '@sensorium/contracts';
import { type Box, distances, type Item } from './boxes-world.js';
import { between, pick } from './pick.js';

export interface Statement {
  readonly text: string;
  readonly holds: (boxes: readonly Box[]) => boolean;
}

/** What is asked of one item, with its name for one and for several. */
interface Noun {
  readonly one: string;
  readonly several: string;
  readonly is: (item: Item) => boolean;
}

interface Quantity {
  /** Without the noun. */
  readonly text: string;
  readonly plural: boolean;
  readonly holds: (count: number) => boolean;
}

const words = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven'] as const;
const colours = ['black', 'blue', 'yellow'] as const;
const shapes = ['circle', 'square', 'triangle'] as const;

const numberWord = (random: Random, number: number): string => pick(random, [String(number), words[number] ?? '']);

function quantity(random: Random, most: number): Quantity {
  const number = between(random, 1, most);
  const name = numberWord(random, number);
  const plural = number > 1;
  return pick<Quantity>(random, [
    { text: plural ? name : 'a', plural, holds: (count) => (plural ? count === number : count > 0) },
    { text: name, plural, holds: (count) => count === number },
    { text: `exactly ${name}`, plural, holds: (count) => count === number },
    { text: `only ${name}`, plural, holds: (count) => count === number },
    { text: `at least ${name}`, plural, holds: (count) => count >= number },
    { text: `at most ${name}`, plural, holds: (count) => count <= number },
    { text: 'no', plural: false, holds: (count) => count === 0 },
  ]);
}

function item(random: Random): Noun {
  const colour = pick(random, colours);
  const shape = pick(random, shapes);
  const thing = pick(random, ['item', 'object']);
  return pick<Noun>(random, [
    noun(`${colour} ${shape}`, (one) => one.colour === colour && one.shape === shape),
    noun(`${colour} ${shape}`, (one) => one.colour === colour && one.shape === shape),
    noun(`${colour} ${thing}`, (one) => one.colour === colour),
    noun(shape, (one) => one.shape === shape),
    noun(thing, () => true),
  ]);
}

const noun = (one: string, is: Noun['is']): Noun => ({ one, several: `${one}s`, is });

function block(random: Random): Noun {
  const colour = pick(random, colours);
  return noun(`${colour} block`, (one) => one.colour === colour);
}

const said = ({ text, plural }: Quantity, { one, several }: Noun): string => `${text} ${plural ? several : one}`;

const be = ({ plural }: Quantity): string => (plural ? 'are' : 'is');

const count = (items: Box, { is }: Noun): number => items.filter(is).length;

interface Place {
  readonly text: string;
  readonly is: (item: Item) => boolean;
}

function place(random: Random): Place {
  const touching = pick(random, ['touching', 'closely touching']);
  const near = (item: Item): readonly number[] => Object.values(distances(item)).filter((distance) => distance === 0);
  const edge = pick(random, ['the edge', 'an edge', 'the wall', 'the side', 'any edge']);
  const base = pick(random, ['the base', 'the bottom', 'the bottom of a box']);
  const right = pick(random, ['right wall of a box', 'the right wall']);
  const corner = pick(random, ['a corner', 'a corner of a box']);
  return pick<Place>(random, [
    { text: `${touching} ${edge}`, is: (item) => near(item).length > 0 },
    { text: `not touching ${edge}`, is: (item) => near(item).length === 0 },
    { text: `${touching} ${base}`, is: (item) => distances(item).base === 0 },
    { text: `${touching} ${right}`, is: (item) => distances(item).right === 0 },
    { text: `${touching} ${corner}`, is: (item) => near(item).length > 1 },
  ]);
}

const coloursOf = (box: Box): number => new Set(box.map(({ colour }) => colour)).size;

type Maker = (random: Random) => Statement;

/** About boxes with items all over them. */
export const statements: readonly Maker[] = [
  (random) => {
    const [amount, what] = [quantity(random, 4), item(random)];
    return {
      text: `There ${be(amount)} ${said(amount, what)}`,
      holds: (boxes) => amount.holds(count(boxes.flat(), what)),
    };
  },
  (random) => {
    const [amount, what, where] = [quantity(random, 3), item(random), place(random)];
    return {
      text: `There ${be(amount)} ${said(amount, what)} ${where.text}`,
      holds: (boxes) => amount.holds(boxes.flat().filter((one) => what.is(one) && where.is(one)).length),
    };
  },
  (random) => {
    const [what, where] = [item(random), place(random)];
    return {
      text: `There is a ${what.one} ${where.text}`,
      holds: (boxes) => boxes.flat().some((one) => what.is(one) && where.is(one)),
    };
  },
  (random) => {
    const [amount, what] = [quantity(random, 4), item(random)];
    return {
      text: `There is a box with ${said(amount, what)}`,
      holds: (boxes) => boxes.some((box) => amount.holds(count(box, what))),
    };
  },
  (random) => {
    const [first, what] = [quantity(random, 2), item(random)];
    const [second, other] = [quantity(random, 3), item(random)];
    return {
      text: `There is a box with ${said(first, what)} and ${said(second, other)}`,
      holds: (boxes) => boxes.some((box) => first.holds(count(box, what)) && second.holds(count(box, other))),
    };
  },
  (random) => {
    const [first, second] = [pick(random, colours), pick(random, colours)];
    const of = pick(random, [`only ${first} and ${second} items`, `items of only ${first} and ${second} color`]);
    return {
      text: first === second ? `There is a box with only ${first} items` : `There is a box with ${of}`,
      holds: (boxes) =>
        boxes.some(
          (box) =>
            box.every(({ colour }) => colour === first || colour === second) &&
            [first, second].every((name) => box.some(({ colour }) => colour === name)),
        ),
    };
  },
  (random) => {
    const number = between(random, 2, 7);
    const different = between(random, 1, 3);
    return {
      text: `There is a box with ${numberWord(random, number)} items of ${numberWord(random, different)} different colors`,
      holds: (boxes) => boxes.some((box) => box.length === number && coloursOf(box) === different),
    };
  },
  (random) => {
    const [boxesThat, amount, what] = [between(random, 1, 3), quantity(random, 4), item(random)];
    const grey = pick(random, ['grey ', '']);
    const which = pick(random, [
      { text: `${numberWord(random, boxesThat)} of the ${grey}boxes contains`, holds: (n: number) => n >= boxesThat },
      { text: `Each ${grey}box contains`, holds: (n: number) => n === 3 },
      { text: `At least ${numberWord(random, boxesThat)} ${grey}box has`, holds: (n: number) => n >= boxesThat },
    ]);
    return {
      text: `${which.text} ${said(amount, what)}`,
      holds: (boxes) => which.holds(boxes.filter((box) => amount.holds(count(box, what))).length),
    };
  },
  (random) => {
    const [all, some, what] = [between(random, 2, 7), between(random, 1, 3), item(random)];
    return {
      text: `There is a box with ${numberWord(random, all)} items of which ${numberWord(random, some)} ${some > 1 ? 'are' : 'is'} ${some > 1 ? what.several : what.one}`,
      holds: (boxes) => boxes.some((box) => box.length === all && count(box, what) === some),
    };
  },
];

const base = (tower: Box): Item | undefined => tower[0];
const top = (tower: Box): Item | undefined => tower.at(-1);

interface End {
  readonly text: string;
  readonly of: (tower: Box) => Item | undefined;
}

const end = (random: Random): End =>
  pick<End>(random, [
    { text: 'top', of: top },
    { text: 'base', of: base },
  ]);

/** About a tower of blocks in each box. */
export const towerStatements: readonly Maker[] = [
  (random) => {
    const [amount, what] = [quantity(random, 5), block(random)];
    return {
      text: `There ${be(amount)} ${said(amount, what)}`,
      holds: (boxes) => amount.holds(count(boxes.flat(), what)),
    };
  },
  (random) => {
    const [amount, what, where] = [quantity(random, 3), block(random), end(random)];
    return {
      text: `There ${be(amount)} ${said(
        amount,
        noun('tower', () => true),
      )} with a ${what.one} at the ${where.text}`,
      holds: (towers) => amount.holds(towers.filter((tower) => isBlock(where.of(tower), what)).length),
    };
  },
  (random) => {
    const [amount, what, where] = [quantity(random, 4), block(random), end(random)];
    return {
      text: `There is a ${what.one} as the ${where.text} of a tower with ${said(
        amount,
        noun('block', () => true),
      )}`,
      holds: (towers) => towers.some((tower) => isBlock(where.of(tower), what) && amount.holds(tower.length)),
    };
  },
  (random) => {
    const [amount, what, where] = [quantity(random, 3), block(random), end(random)];
    return {
      text: `There ${be(amount)} ${said(amount, what)} as the ${where.text} of a tower`,
      holds: (towers) => amount.holds(towers.filter((tower) => isBlock(where.of(tower), what)).length),
    };
  },
  (random) => {
    const [amount, many, what] = [
      quantity(random, 3),
      quantity(random, 4),
      pick(random, [block(random), noun('block', () => true)]),
    ];
    return {
      text: `There ${be(amount)} ${said(
        amount,
        noun('tower', () => true),
      )} with ${said(many, what)}`,
      holds: (towers) => amount.holds(towers.filter((tower) => many.holds(count(tower, what))).length),
    };
  },
  (random) => {
    const [upper, lower] = [block(random), block(random)];
    const relation = pick(random, ['on', 'above', 'over']);
    const start = pick(random, ['There is', 'There is a tower with', 'There is one tower having']);
    return {
      text: `${start} a ${upper.one} ${relation} a ${lower.one}`,
      holds: (towers) =>
        towers.some((tower) => tower.some((one, at) => upper.is(one) && isBlock(tower[at - 1], lower))),
    };
  },
  (random) => {
    const [amount, what] = [quantity(random, 4), pick(random, colours)];
    const size = random.integer(2) === 0;
    return {
      text: `There is a ${what} tower${
        size
          ? ` with ${said(
              amount,
              noun('block', () => true),
            )}`
          : ''
      }`,
      holds: (towers) =>
        towers.some((tower) => tower.every(({ colour }) => colour === what) && (!size || amount.holds(tower.length))),
    };
  },
  (random) => {
    const [number, what, where] = [between(random, 1, 4), block(random), end(random)];
    return {
      text: `The tower with ${numberWord(random, number)} ${number > 1 ? 'blocks' : 'block'} has a ${what.one} at the ${where.text}`,
      holds: (towers) => towers.some((tower) => tower.length === number && isBlock(where.of(tower), what)),
    };
  },
  (random) => {
    const [what, where] = [block(random), end(random)];
    return {
      text: `All the towers have a ${what.one} at the ${where.text}`,
      holds: (towers) => towers.every((tower) => isBlock(where.of(tower), what)),
    };
  },
  (random) => {
    const [number, where] = [between(random, 2, 3), end(random)];
    return {
      text: `There are ${numberWord(random, number)} towers with the same color at the ${where.text}`,
      holds: (towers) =>
        colours.some((colour) => towers.filter((tower) => where.of(tower)?.colour === colour).length === number),
    };
  },
];

const isBlock = (item: Item | undefined, { is }: Noun): boolean => item !== undefined && is(item);
