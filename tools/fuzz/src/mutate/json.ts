import { required, type Random } from '@sensorium/contracts';
import { hostileTexts, inheritedNames } from './hostile-text.js';
import { pick, type Mutation } from './mutation.js';

type Value = unknown;
type Items = [key: string, value: Value][];

const hostileValues: readonly Value[] = [
  null,
  true,
  0,
  -1,
  0.5,
  1e9,
  -1e9,
  2 ** 53,
  1e308,
  5e-324,
  [],
  {},
  [null],
  [[]],
  { use: 1 },
  Array.from({ length: 10_000 }, (_, index) => index),
  Object.fromEntries(Array.from({ length: 5000 }, (_, index) => [`key${index}`, index])),
];

const isMap = (value: Value): value is object => typeof value === 'object' && value !== null;

/** Own properties only, also one called `__proto__`. */
const mapOf = (items: Items, old: object): Value =>
  Array.isArray(old) ? items.map(([, value]) => value) : Object.fromEntries(items);

const hostileValue = (random: Random): Value =>
  random.uniform() < 0.5 ? pick(random, hostileValues) : pick(random, hostileTexts);

const hostileKey = (random: Random): string =>
  random.uniform() < 0.6 ? pick(random, inheritedNames) : pick(random, hostileTexts);

function nested(value: Value, random: Random): Value {
  const isList = random.uniform() < 0.5;
  let result = value;
  for (let depth = pick(random, [1, 2, 1000]); depth > 0; depth--) result = isList ? [result] : { a: result };
  return result;
}

/** Changes of one entry of a list or map. */
const changes: readonly ((items: Items, at: number, random: Random) => void)[] = [
  (items, at, random) => replace(items, at, hostileValue(random)),
  (items, at, random) => replace(items, at, hostileValue(random)),
  (items, at) => void items.splice(at, 1),
  (items, at, random) => void items.splice(at, 0, [hostileKey(random), entry(items, at)[1]]),
  (items, at, random) => void (items[at] = [hostileKey(random), entry(items, at)[1]]),
  (items, at, random) => replace(items, at, entry(items, random.integer(items.length))[1]),
  (items, at, random) => replace(items, at, nested(entry(items, at)[1], random)),
  (items, at, random) => replace(items, at, nearby(entry(items, at)[1], random)),
];

const entry = (items: Items, at: number): [string, Value] => required(items[at], 'an entry');

const replace = (items: Items, at: number, value: Value): void => void (items[at] = [entry(items, at)[0], value]);

/** Of the same kind, and a little different. */
function nearby(value: Value, random: Random): Value {
  if (typeof value === 'number') return pick(random, [value + 1, value - 1, -value, value * 1000, value / 3]);
  if (typeof value === 'string') return value + pick(random, hostileTexts);
  return typeof value === 'boolean' ? !value : [value, value];
}

/** The value with one entry of it, at any depth, changed. */
export function changeJson(value: Value, random: Random): Value {
  if (!isMap(value)) return hostileValue(random);
  const items: Items = Object.entries(value);
  if (items.length === 0) return mapOf([[hostileKey(random), hostileValue(random)]], value);
  const at = random.integer(items.length);
  const [key, inner] = entry(items, at);
  if (isMap(inner) && random.uniform() < 0.7) items[at] = [key, changeJson(inner, random)];
  else pick(random, changes)(items, at, random);
  return mapOf(items, value);
}

/** Changes of one line of JSON. */
export const jsonLineMutation: Mutation = {
  name: 'a value changed',
  apply(bytes, { random }) {
    const lines = Buffer.from(bytes).toString().split('\n');
    const at = random.integer(lines.length);
    try {
      const line = JSON.stringify(changeJson(JSON.parse(required(lines[at], 'a line')), random));
      return new TextEncoder().encode(lines.with(at, line).join('\n'));
    } catch (error) {
      if (error instanceof SyntaxError) return undefined;
      throw error;
    }
  },
};
