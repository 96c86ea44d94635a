import {
  any,
  be,
  both,
  firstOfItsColour,
  item,
  type Maker,
  noun,
  numberWord,
  oneWith,
  place,
  quantity,
  said,
  spread,
  together,
} from './box-words.js';
import { colours } from './boxes.js';
import { between, pick } from './pick.js';

const greyBoxes = ['box', 'grey box', 'grey square'].map((one) => ({
  ...noun(one, any),
  several: one.endsWith('x') ? `${one}es` : `${one}s`,
}));

/** About boxes with items all over them. */
export const itemStatements: readonly Maker[] = [
  (random) => {
    const [amount, what] = [quantity(random, 4), item(random)];
    return {
      text: `There ${be(amount)} ${said(amount, what)}`,
      counted: [what.is],
      holds: (boxes) => amount.holds(together(boxes)),
    };
  },
  (random) => {
    const [amount, what, where] = [quantity(random, 3), item(random), place(random)];
    return {
      text: `There ${be(amount)} ${said(amount, what)} ${where.text}`,
      counted: [both(what.is, where.is)],
      holds: (boxes) => amount.holds(together(boxes)),
    };
  },
  (random) => {
    const [what, where] = [item(random), place(random)];
    return {
      text: `There is a ${what.one} ${where.text}`,
      counted: [both(what.is, where.is)],
      holds: (boxes) => together(boxes) > 0,
    };
  },
  (random) => {
    const [amount, what] = [quantity(random, 4), item(random)];
    return {
      text: `${oneWith(random, 'box')} ${said(amount, what)}`,
      counted: [what.is],
      holds: (boxes) => boxes.some(([count = 0]) => amount.holds(count)),
    };
  },
  (random) => {
    const all = [quantity(random, 2), quantity(random, 3), quantity(random, 1)] as const;
    const nouns = [item(random), item(random), item(random)] as const;
    const listed = between(random, 2, 3);
    const names = all.slice(0, listed).map((amount, at) => said(amount, nouns[at] ?? nouns[0]));
    return {
      text: `${oneWith(random, 'box')} ${names.slice(0, -1).join(', ')} and ${names.at(-1)}`,
      counted: nouns.slice(0, listed).map(({ is }) => is),
      holds: (boxes) => boxes.some((counts) => counts.every((count, at) => all[at]?.holds(count))),
    };
  },
  (random) => {
    const [first, second] = [pick(random, colours), pick(random, colours)];
    const of = pick(random, [`only ${first} and ${second} items`, `items of only ${first} and ${second} color`]);
    const different = new Set([first, second]).size;
    return {
      text: `${oneWith(random, 'box')} ${different === 1 ? `only ${first} items` : of}`,
      counted: [({ colour }) => colour !== first && colour !== second, firstOfItsColour],
      holds: (boxes) => boxes.some(([others, coloursOf]) => others === 0 && coloursOf === different),
    };
  },
  (random) => {
    const [number, different] = [between(random, 2, 7), between(random, 1, 3)];
    return {
      text: `${oneWith(random, 'box')} ${numberWord(random, number)} items of ${numberWord(random, different)} different colors`,
      counted: [any, firstOfItsColour],
      holds: (boxes) => boxes.some(([all, coloursOf]) => all === number && coloursOf === different),
    };
  },
  (random) => spread(random, pick(random, greyBoxes), quantity(random, 4), item(random)),
  (random) => {
    const [number, some, what] = [between(random, 2, 7), between(random, 1, 3), item(random)];
    const those = some > 1 ? `are ${what.several}` : `is ${what.one}`;
    return {
      text: `${oneWith(random, 'box')} ${numberWord(random, number)} items of which ${numberWord(random, some)} ${those}`,
      counted: [any, what.is],
      holds: (boxes) => boxes.some(([all, count]) => all === number && count === some),
    };
  },
];
