import type { SymbolicTensor } from '@sensorium/contracts';
import * as g from '../operators/index.js';
import { constant, input } from '../value.js';
import { range, total, type Read } from './numbers.js';
import { constants, type OperatorCase } from './operator-case.js';

/** 1 + 0 + 1 + 2 */
function counted(): SymbolicTensor {
  const index = g.loopIndex();
  const current = input('current', 'float32', []);
  const next = g.add(current, g.cast(index, 'float32'));
  const { final } = g.loop({
    count: constant(3, 'int64'),
    steps: 3,
    index,
    carried: [{ initial: constant(1), current, next }],
    collected: [],
  });
  return final[0]!;
}

/** Doubles until the smallest is at least 100, at most 10 times: the sum of all that was on the way. */
function doubled(x: SymbolicTensor): SymbolicTensor {
  const current = input('current', x.dtype, x.shape);
  const next = g.mul(current, 2);
  const { collected } = g.loop({
    count: constant(10, 'int64'),
    steps: 'steps',
    index: g.loopIndex(),
    carried: [{ initial: x, current, next }],
    collected: [next],
    until: g.greaterOrEqual(g.min(next), 100),
  });
  return g.sum(collected[0]!, [0]);
}

const doublings = (values: readonly number[]): number[] => {
  const steps = Math.min(10, Math.max(1, Math.ceil(Math.log2(100 / Math.min(...values)))));
  return values.map((value) => total(range(steps).map((step) => value * 2 ** (step + 1))));
};

const [START, END, LONGEST] = [0, 1, 6];

/** From a table of scores [W,W], the likeliest word after each, from the word of each sample on, into a buffer [B,6]. */
function chain(scores: SymbolicTensor, first: SymbolicTensor): SymbolicTensor {
  const index = g.loopIndex();
  const batch = first.shape[0]!;
  const [word, said] = [input('word', 'int64', [batch]), input('said', 'int64', [batch, LONGEST])];
  const likeliest = g.argMax(g.lookup(scores, word), 1);
  const next = g.where(g.equal(word, END), END, likeliest);
  const here = g.equal(g.range(0, LONGEST, 1), index);
  const nextSaid = g.where(here, g.unsqueeze(next, 1), said);
  const { final } = g.loop({
    count: constant(LONGEST, 'int64'),
    steps: 'length',
    index,
    carried: [
      { initial: first, current: word, next },
      { initial: g.expand(constant(START, 'int64'), [batch, LONGEST]), current: said, next: nextSaid },
    ],
    collected: [],
    until: g.equal(g.max(g.cast(g.sub(next, END), 'int32')), 0),
  });
  return final[1]!;
}

/** The same for one sample; what stands after the end of the batch's longest chain stays START. */
function chains(scores: Read, words: readonly number[]): number[] {
  const width = 5;
  const after = (word: number): number => {
    if (word === END) return END;
    const row = range(width).map((next) => scores([word, next]));
    return row.indexOf(Math.max(...row));
  };
  const rows = words.map(() => new Array<number>(LONGEST).fill(START));
  let current = words;
  for (const step of range(LONGEST)) {
    current = current.map(after);
    current.forEach((word, row) => (rows[row]![step] = word));
    if (current.every((word) => word === END)) break;
  }
  return rows.flat();
}

const counting: OperatorCase = { build: counted, inputs: [], shape: [], at: () => 4, ...constants };
const chaining = (first: readonly number[]): OperatorCase => ({
  build: (scores) => chain(scores, constant(first, 'int64')),
  inputs: [[5, 5]],
  shape: [first.length, LONGEST],
  values: (scores) => chains(scores, first),
  ...constants,
});

/** Loops of a known number of steps, and loops that end by themselves. */
export const loopCases: Readonly<Record<string, readonly OperatorCase[]>> = {
  loop: [
    counting,
    ...[[3, 7], [300], [0.0625, 5]].map((values): OperatorCase => ({
      build: (x) => doubled(x),
      inputs: [{ dtype: 'float32', shape: [values.length], data: Float32Array.from(values) }],
      shape: [values.length],
      values: () => doublings([...Float32Array.from(values)]),
      ...constants,
    })),
    ...[[2, 3], [0], [4, 0, 2]].map(chaining),
  ],
  loopIndex: [counting],
};
