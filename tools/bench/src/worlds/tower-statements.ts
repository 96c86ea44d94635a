import type { Random } from '@sensorium/contracts';
import {
  any,
  be,
  block,
  both,
  type Maker,
  type Meant,
  noun,
  numberWord,
  oneWith,
  type Place,
  quantity,
  said,
  spread,
  together,
} from './box-words.js';
import { colours } from './boxes.js';
import { between, pick } from './pick.js';

const tower = noun('tower', any);
const anyBlock = noun('block', any);

const top: Meant = (item, box) => box.at(-1) === item;
const base: Meant = (item, box) => box[0] === item;

const end = (random: Random): Place =>
  pick(random, [
    { text: 'top', is: top },
    { text: 'base', is: base },
  ]);

/** About a tower of blocks in each box. */
export const towerStatements: readonly Maker[] = [
  (random) => {
    const [amount, what] = [quantity(random, 5), block(random)];
    return {
      text: `There ${be(amount)} ${said(amount, what)}`,
      counted: [what.is],
      holds: (boxes) => amount.holds(together(boxes)),
    };
  },
  (random) => {
    const [amount, what, where] = [quantity(random, 3), block(random), end(random)];
    const place = pick(random, [
      `There ${be(amount)} ${said(amount, tower)} with a ${what.one} at the ${where.text}`,
      `There ${be(amount)} ${said(amount, what)} as the ${where.text} of a tower`,
    ]);
    return {
      text: place,
      counted: [both(what.is, where.is)],
      holds: (boxes) => amount.holds(together(boxes)),
    };
  },
  (random) => {
    const [amount, what, where] = [quantity(random, 4), block(random), end(random)];
    return {
      text: `There is a ${what.one} as the ${where.text} of a tower with ${said(amount, anyBlock)}`,
      counted: [both(what.is, where.is), any],
      holds: (boxes) => boxes.some(([there = 0, all = 0]) => there > 0 && amount.holds(all)),
    };
  },
  (random) => {
    const [upper, lower] = [block(random), block(random)];
    return {
      text: `${oneWith(random, 'tower')} a ${upper.one} at the top and a ${lower.one} at the base`,
      counted: [both(upper.is, top), both(lower.is, base)],
      holds: (boxes) => boxes.some(([above = 0, below = 0]) => above > 0 && below > 0),
    };
  },
  (random) => spread(random, tower, quantity(random, 4), pick(random, [block(random), anyBlock])),
  (random) => {
    const [upper, lower] = [block(random), block(random)];
    const relation = pick(random, ['on', 'above', 'over']);
    const start = pick(random, ['There is', 'There is a tower with', 'There is one tower having']);
    return {
      text: `${start} a ${upper.one} ${relation} a ${lower.one}`,
      counted: [
        (item, box) => {
          const below = box[box.indexOf(item) - 1];
          return upper.is(item, box) && below !== undefined && lower.is(below, box);
        },
      ],
      holds: (boxes) => together(boxes) > 0,
    };
  },
  (random) => {
    const [amount, name] = [quantity(random, 4), pick(random, colours)];
    const sized = random.integer(2) === 0;
    return {
      text: `There is a ${name} tower${sized ? ` with ${said(amount, anyBlock)}` : ''}`,
      counted: [({ colour }) => colour !== name, any],
      holds: (boxes) => boxes.some(([others, all = 0]) => others === 0 && (!sized || amount.holds(all))),
    };
  },
  (random) => {
    const [number, what, where] = [between(random, 1, 4), block(random), end(random)];
    const blocks = number > 1 ? anyBlock.several : anyBlock.one;
    return {
      text: `The tower with ${numberWord(random, number)} ${blocks} has a ${what.one} at the ${where.text}`,
      counted: [any, both(what.is, where.is)],
      holds: (boxes) => boxes.some(([all, there = 0]) => all === number && there > 0),
    };
  },
  (random) => {
    const what = block(random);
    const middle: Meant = (one, box) => box.length === 3 && box[1] === one;
    return {
      text: pick(random, [
        `The tower with three blocks has a ${what.one} in the middle`,
        `There is a tower with a ${what.one} in the middle`,
      ]),
      counted: [both(what.is, middle)],
      holds: (boxes) => together(boxes) > 0,
    };
  },
  (random) => {
    const [what, where] = [block(random), end(random)];
    return {
      text: `All the towers have a ${what.one} at the ${where.text}`,
      counted: [both(what.is, where.is)],
      holds: (boxes) => boxes.every(([there = 0]) => there > 0),
    };
  },
  (random) => {
    const [number, where] = [between(random, 2, 3), end(random)];
    return {
      text: `There are ${numberWord(random, number)} towers with the same color at the ${where.text}`,
      counted: colours.map((name) => both(({ colour }) => colour === name, where.is)),
      holds: (boxes) => colours.some((_, at) => together(boxes.map((counts) => counts.slice(at))) === number),
    };
  },
];
