import type { Random } from '@sensorium/contracts';
import { type Box, colours, distances, type Item } from './boxes.js';
import { shapes } from './figures.js';
import { between, pick } from './pick.js';

/** Whether an item of a box is meant. */
export type Meant = (item: Item, box: Box) => boolean;

/** What people say of three boxes. */
export interface Statement {
  readonly text: string;
  /** What is counted in each box to judge it: one to three kinds of items. */
  readonly counted: readonly Meant[];
  /** Whether it is true of boxes with these counts. */
  readonly holds: (boxes: readonly (readonly number[])[]) => boolean;
}

export type Maker = (random: Random) => Statement;

export interface Noun {
  /** Of one item. */
  readonly one: string;
  readonly several: string;
  readonly is: Meant;
}

export interface Quantity {
  /** Without the noun. */
  readonly text: string;
  readonly plural: boolean;
  readonly holds: (count: number) => boolean;
}

/** Where items are. */
export interface Place {
  readonly text: string;
  readonly is: Meant;
}

const words = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven'] as const;

/** In digits or as a word. */
export const numberWord = (random: Random, number: number): string =>
  pick(random, [String(number), words[number] ?? '']);

/** Of one to so many. */
export function quantity(random: Random, most: number): Quantity {
  const number = between(random, 1, most);
  const name = numberWord(random, number);
  const plural = number > 1;
  return pick<Quantity>(random, [
    { text: plural ? name : 'a', plural, holds: (count) => (plural ? count === number : count > 0) },
    { text: name, plural, holds: (count) => count === number },
    { text: `exactly ${name}`, plural, holds: (count) => count === number },
    { text: `only ${name}`, plural, holds: (count) => count === number },
    { text: `at least ${name}`, plural, holds: (count) => count >= number },
    { text: `more than ${name}`, plural, holds: (count) => count > number },
    { text: `at most ${name}`, plural, holds: (count) => count <= number },
    { text: 'no', plural: false, holds: (count) => count === 0 },
  ]);
}

export const noun = (one: string, is: Meant): Noun => ({ one, several: `${one}s`, is });

export const any: Meant = () => true;

export const both =
  (one: Meant, other: Meant): Meant =>
  (item, box) =>
    one(item, box) && other(item, box);

/** As many as there are colours in the box. */
export const firstOfItsColour: Meant = (item, box) => box.find(({ colour }) => colour === item.colour) === item;

export function item(random: Random): Noun {
  const colour = pick(random, colours);
  const shape = pick(random, shapes);
  const thing = pick(random, ['item', 'object']);
  return pick<Noun>(random, [
    noun(`${colour} ${shape}`, (one) => one.colour === colour && one.shape === shape),
    noun(`${colour} ${shape}`, (one) => one.colour === colour && one.shape === shape),
    noun(`${colour} ${thing}`, (one) => one.colour === colour),
    noun(shape, (one) => one.shape === shape),
    noun(thing, any),
  ]);
}

export function block(random: Random): Noun {
  const colour = pick(random, colours);
  return noun(`${colour} block`, (one) => one.colour === colour);
}

/** At a wall of a box, or away from all of them. */
export function place(random: Random): Place {
  const touching = pick(random, ['touching', 'closely touching']);
  const walls = (one: Item): number => Object.values(distances(one)).filter((distance) => distance === 0).length;
  const edge = pick(random, ['the edge', 'an edge', 'the wall', 'the side', 'any edge']);
  const base = pick(random, ['the base', 'the bottom', 'the bottom of a box']);
  const right = pick(random, ['right wall of a box', 'the right wall']);
  const corner = pick(random, ['a corner', 'a corner of a box']);
  return pick<Place>(random, [
    { text: `${touching} ${edge}`, is: (one) => walls(one) > 0 },
    { text: `not touching ${edge}`, is: (one) => walls(one) === 0 },
    { text: `${touching} ${base}`, is: (one) => distances(one).base === 0 },
    { text: `${touching} ${right}`, is: (one) => distances(one).right === 0 },
    { text: `${touching} ${corner}`, is: (one) => walls(one) > 1 },
  ]);
}

const owning = ['with', 'with', 'with', 'that has', 'which has', 'having'] as const;

/** "There is a box with". */
export const oneWith = (random: Random, thing: string): string =>
  `There is ${pick(random, ['a', 'a', 'one'])} ${thing} ${pick(random, owning)}`;

/** In how many boxes or towers there is so much of something. */
export function spread(random: Random, thing: Noun, amount: Quantity, what: Noun): Statement {
  const [boxesThat, number] = [quantity(random, 3), between(random, 1, 3)];
  const each = said(amount, what);
  const which = pick<Pick<Quantity, 'text' | 'holds'>>(random, [
    { text: `There ${be(boxesThat)} ${said(boxesThat, thing)} with ${each}`, holds: boxesThat.holds },
    { text: `There ${be(amount)} ${each} in each ${thing.one}`, holds: (count) => count === 3 },
    { text: `Each ${thing.one} has ${each}`, holds: (count) => count === 3 },
    {
      text: `${numberWord(random, number)} of the ${thing.several} contains ${each}`,
      holds: (count) => count >= number,
    },
  ]);
  return {
    text: which.text,
    counted: [what.is],
    holds: (boxes) => which.holds(boxes.filter(([count = 0]) => amount.holds(count)).length),
  };
}

export const said = ({ text, plural }: Quantity, { one, several }: Noun): string => `${text} ${plural ? several : one}`;

export const be = ({ plural }: Quantity): string => (plural ? 'are' : 'is');

/** Over all boxes, of the first that is counted. */
export const together = (boxes: readonly (readonly number[])[]): number =>
  boxes.reduce((sum, [first = 0]) => sum + first, 0);
