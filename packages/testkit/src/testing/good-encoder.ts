import {
  defineEncoder,
  required,
  type Encoder,
  type Features,
  type Mixed,
  type Scope,
  type SymbolicTensor,
} from '@sensorium/contracts';
import {
  add,
  cast,
  div,
  dropout,
  greater,
  greaterOrEqual,
  knownSize,
  less,
  linear,
  maximum,
  mean,
  mul,
  normal,
  reshape,
  square,
  sub,
  sum,
  transpose,
  unsqueeze,
  where,
} from '@sensorium/graph';
import { z } from 'zod';
import { words, type Words } from './words.js';

export const encoderOptions = z.strictObject({
  tokens: z.int().positive().default(4).describe('characters of a text'),
  dropout: z.number().min(0).max(1).default(0.5).describe('how often a character is left out in training'),
  file: z.string().optional().describe('a file that begins with the first character'),
  first: z.string().optional().describe('the first character; by default that of the training table'),
});

/** Ids of characters; 0 is no character. */
const COUNT = 256;
const DIM = 5;

/** Characters of a text. It has everything that an encoder can have, and keeps all rules. */
export const goodEncoder = defineEncoder({
  specVersion: 'v1',
  name: 'letters',
  modality: words,
  options: encoderOptions,
  files: ({ file }) => (file === undefined ? [] : [file]),
  async learn(given, texts, files) {
    const fromFile = given.file === undefined ? undefined : files.get(given.file);
    if (fromFile) return { ...given, first: String.fromCharCode(required(fromFile[0], 'a byte')) };
    for await (const { text } of texts) return { ...given, first: given.first ?? text.slice(0, 1) };
    return given;
  },
  create: ({ tokens, dropout, first }) => letters(tokens, dropout, required(first, 'the first character')),
});
export type EncoderUnderTest = typeof goodEncoder;

const letters = (tokens: number, share: number, first: string): Encoder<Words> => ({
  kept: { ids: { dtype: 'int64', shape: [tokens] } },
  prepare: ({ text }) => ({
    ids: {
      dtype: 'int64',
      shape: [1, tokens],
      data: BigInt64Array.from({ length: tokens }, (_, place) => BigInt(idOf(text, place, first))),
    },
  }),
  view: {
    fed: { ids: { dtype: 'int64', shape: [tokens] } },
    draw({ ids }, random) {
      const { data, ...rest } = required(ids, 'the ids');
      const isLeftOut = (): boolean => random !== null && random.own.uniform() < share;
      return {
        ids: {
          ...rest,
          dtype: 'int64',
          data: BigInt64Array.from(Array.from<number | bigint>(data), (id) => (isLeftOut() ? 0n : BigInt(id))),
        },
      };
    },
    value: ({ ids }) => ({ text: textOf(Array.from(required(ids, 'the ids').data, Number), first) }),
  },
  notes: ({ text }) => (text.length > tokens ? [`cut after ${tokens} characters`] : []),
  async survey(values) {
    let longest = 0;
    for await (const { value } of values) longest = Math.max(longest, value.text.length);
    const message = `a text has ${longest} characters, of which ${tokens} are read`;
    const isCut = longest > tokens;
    return {
      facts: [`at most ${longest} characters`],
      warnings: isCut ? [{ code: 'text-cut', message, hint: 'Raise tokens.' }] : [],
    };
  },
  hides: true,
  content: ({ ids }) => ({ ids: required(ids, 'the ids'), count: COUNT }),
  overlay: {
    of: ['ids'],
    show({ value, weights }) {
      const own = required(weights['ids'], 'the weights of the ids');
      const parts = Array.from(value.text.slice(0, own.data.length), (text, place) => ({
        text,
        weight: Number(own.data[place]),
      }));
      return { kind: 'parts', parts };
    },
  },
  mix: (scope, x, partner, ratio) => swapped(scope, required(x['ids'], 'ids'), required(partner['ids'], 'ids'), ratio),
  build: (scope, { ids }, present, hidden) => features(scope, required(ids, 'the ids'), present, hidden),
});

/** Each place is the sample's as often as the ratio says, else the partner's: the same places in the whole batch. */
function swapped(scope: Scope, ids: SymbolicTensor, partner: SymbolicTensor, ratio: SymbolicTensor): Mixed {
  const length = knownSize(ids.shape, 1);
  const chance = cast(less(scope.random([1, length]), ratio), 'float32');
  const own = greater(add(chance, cast(greaterOrEqual(ratio, 1), 'float32')), 0);
  return { x: { ids: where(own, ids, partner) }, ratio: mean(cast(own, 'float32')) };
}

const idOf = (text: string, place: number, first: string): number =>
  place < text.length ? 1 + ((COUNT + text.charCodeAt(place) - first.charCodeAt(0)) % (COUNT - 1)) : 0;

/** Of a character that has the id. */
const textOf = (ids: readonly number[], first: string): string =>
  ids
    .filter((id) => id > 0)
    .map((id) => String.fromCharCode(first.charCodeAt(0) + ((COUNT + id - 3) % (COUNT - 1))))
    .join('');

function features(scope: Scope, ids: SymbolicTensor, present: SymbolicTensor, hidden?: SymbolicTensor): Features {
  const mask = cast(greater(ids, 0), 'float32');
  const numbers = unsqueeze(mul(cast(ids, 'float32'), 1 / COUNT), 2);
  const letters = linear(scope.at('letters'), hidden ? hide(scope, numbers, unsqueeze(hidden, 2)) : numbers, DIM);
  const whole = linear(scope.at('whole'), dropout(scope, meanOf(letters, mask), 0.1), DIM);
  const tokens = add(letters, unsqueeze(whole, 1));
  scope.loss('size', mean(square(whole)));
  const [batch, count] = ids.shape as [string, number];
  return {
    tokens,
    mask,
    pooled: meanOf(tokens, mask),
    present,
    grid: [1, count],
    layers: [letters, tokens],
    maps: [
      reshape(whole, [batch, DIM, 1, 1]),
      reshape(transpose(mul(tokens, unsqueeze(mask, 2)), [0, 2, 1]), [batch, DIM, 1, count]),
    ],
  };
}

export const meanOf = (tokens: SymbolicTensor, mask: SymbolicTensor): SymbolicTensor =>
  div(sum(mul(tokens, unsqueeze(mask, 2)), [1]), maximum(sum(mask, [1], { keep: true }), 1));

function hide(scope: Scope, numbers: SymbolicTensor, hidden: SymbolicTensor): SymbolicTensor {
  return add(mul(numbers, sub(1, hidden)), mul(hidden, scope.parameter('hidden', [1], normal(1))));
}
