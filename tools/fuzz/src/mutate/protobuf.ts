import { fromBinary, toBinary } from '@bufbuild/protobuf';
import { required, type Random } from '@sensorium/contracts';
import { ModelProtoSchema, type ModelProto } from '@sensorium/graph/protobuf';
import { extremes } from './bytes.js';
import { inheritedNames } from './hostile-text.js';
import { pick, type Mutation } from './mutation.js';

/** A field of a message that is there: `owner[key]`. */
interface Place {
  readonly owner: Record<string, unknown>;
  readonly key: string;
}

/** All fields of a message and of those within it. */
function placesIn(owner: object, found: Place[] = []): Place[] {
  for (const [key, value] of Object.entries(owner as Place['owner'])) {
    // The tag of a choice and the name of the type are no data.
    if (key === '$typeName' || key === 'case') continue;
    found.push({ owner: owner as Place['owner'], key });
    if (typeof value === 'object' && value !== null && !(value instanceof Uint8Array)) placesIn(value, found);
  }
  return found;
}

/** As the wire has them: whole numbers of 32 bits, and floats. */
const numbers = [0, 1, -1, 2, 7, 13, 255, 2 ** 31 - 1, -(2 ** 31)];

function changedBytes(value: Uint8Array, random: Random): Uint8Array {
  if (random.uniform() < 0.5) return value.slice(0, random.integer(value.length + 1));
  return Uint8Array.from([...value, ...random.bytes(1 + random.integer(16))]);
}

/** A list of the same elements in another number or order. */
function changedList(list: readonly unknown[], random: Random): unknown[] {
  const [at, other] = [random.integer(list.length), random.integer(list.length)];
  switch (random.integer(4)) {
    case 0:
      return list.toSpliced(at, 1);
    case 1:
      return list.toSpliced(at, 0, ...list.slice(other, other + 1));
    case 2:
      return list.with(at, list[other]);
    default:
      return list.toReversed();
  }
}

/** A value of the same type. @param texts all of the file: names that mean something else elsewhere */
function changed(value: unknown, texts: readonly string[], random: Random): unknown {
  if (typeof value === 'string')
    return random.uniform() < 0.8 ? pick(random, texts) : pick(random, ['', ...inheritedNames]);
  if (typeof value === 'bigint') return pick(random, [value + 1n, value - 1n, -value, 2n, 3n, 7n, ...extremes]);
  if (typeof value === 'number') return pick(random, numbers);
  if (typeof value === 'boolean') return !value;
  if (value instanceof Uint8Array) return changedBytes(value, random);
  if (Array.isArray(value)) return value.length > 0 ? changedList(value, random) : value;
  return undefined;
}

const textsOf = (places: readonly Place[]): string[] => [
  ...new Set(places.flatMap(({ owner, key }) => (typeof owner[key] === 'string' ? [owner[key]] : []))),
];

function change(model: ModelProto, random: Random): void {
  for (let count = pick(random, [1, 1, 1, 2, 5]); count > 0; count--) {
    const places = placesIn(model);
    const { owner, key } = pick(random, places);
    owner[key] = changed(required(owner[key], key), textsOf(places), random) ?? owner[key];
  }
}

/** Changes of fields of an ONNX file that stay readable: types, names, sizes, attributes, nodes. */
export const onnxMutation: Mutation = {
  name: 'fields changed',
  apply(bytes, { random }) {
    try {
      const model = fromBinary(ModelProtoSchema, bytes);
      change(model, random);
      return toBinary(ModelProtoSchema, model);
    } catch {
      // What was changed before need not be a message any more.
      return undefined;
    }
  },
};
