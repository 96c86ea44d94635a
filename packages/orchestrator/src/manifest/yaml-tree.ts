import { required, SensoriumError, type ErrorLocation } from '@sensorium/contracts';
import { isAlias, isMap, isScalar, isSeq, type Alias, type Node, type Scalar, type YAMLMap } from 'yaml';
import type { Located, LocatedMap } from './located.js';

/** From an offset in the text to its place. */
export type Place = (offset: number) => ErrorLocation;

/** Far deeper than any manifest. Stops aliases that contain themselves. */
export const maxDepth = 64;

/** Values of a manifest, with those that aliases repeat. */
const maxValues = 2 ** 18;

export const colons =
  'A key and its value are written "key: value", with a space after the colon; text that has ": " or " #" in it stands in quotes.';

export const syntaxError = (message: string, location: ErrorLocation, hint: string, cause?: unknown): SensoriumError =>
  new SensoriumError({ code: 'SENSORIUM_MANIFEST_SYNTAX', message, hint, location, cause });

export const tooDeep = (location: ErrorLocation): SensoriumError =>
  syntaxError(`More than ${maxDepth} levels, or an alias within itself.`, location, 'No manifest needs so many.');

export const tooLong = (location: ErrorLocation): SensoriumError =>
  syntaxError('There is more here than half a million words and marks.', location, 'No manifest needs so many.');

/** The offset of what was parsed, which always knows where it stood. */
export const beginOf = (range: Node['range']): number => required(range, 'the place of a YAML node')[0];

/** What a document says, with places, aliases and merge keys written out. Throws SENSORIUM_MANIFEST_SYNTAX. */
export function locatedTree(root: Node, targets: ReadonlyMap<Alias, Node>, placeOf: Place): Located {
  let values = 0;

  function convert(node: Node, depth: number): Located {
    const at = placeOf(beginOf(node.range));
    if (depth > maxDepth) throw tooDeep(at);
    if (++values > maxValues) throw tooMuch(placeOf(beginOf(root.range)));
    if (isAlias(node)) return convert(required(targets.get(node), 'what an alias repeats'), depth + 1);
    if (isSeq<Node>(node)) return { at, keyAt: at, value: node.items.map((item) => convert(item, depth + 1)) };
    if (isMap<Node, Node | null>(node)) return { at, keyAt: at, value: convertMap(node, depth + 1) };
    return { at, keyAt: at, value: isScalar(node) ? node.value : null };
  }

  function convertMap({ items }: YAMLMap<Node, Node | null>, depth: number): LocatedMap['value'] {
    const own = new Map<string, Located>();
    const merged = new Map<string, Located>();
    for (const { key, value } of items) {
      const keyAt = placeOf(beginOf(key.range));
      if (!isScalar(key)) throw syntaxError('A key must be a plain word.', keyAt, colons);
      const located = value ? convert(value, depth) : { value: null, at: keyAt };
      const name = String(key.value);
      if (isMergeKey(key)) {
        for (const [inner, entry] of entriesToMerge(located.value, keyAt))
          merged.set(inner, merged.get(inner) ?? entry);
      } else if (own.has(name)) {
        throw writtenTwice(keyAt);
      } else {
        own.set(name, { ...located, keyAt });
      }
    }
    // What a map says itself counts.
    return new Map([...merged, ...own]);
  }

  return convert(root, 0);
}

/** `<<` without quotes, as in YAML 1.1. */
const isMergeKey = ({ value, type }: Scalar): boolean => value === '<<' && type === 'PLAIN';

/** Of a map, or of several in a list, of which the first that has a key counts. */
function entriesToMerge(value: unknown, keyAt: ErrorLocation): [string, Located][] {
  const maps = Array.isArray(value) ? (value as readonly Located[]).map((one) => one.value) : [value];
  return maps.flatMap((one) => {
    if (one instanceof Map) return [...(one as LocatedMap['value'])];
    throw syntaxError(
      'Only maps can be merged with <<.',
      keyAt,
      'Write "<<: *base", where &base marks a map further up.',
    );
  });
}

const writtenTwice = (location: ErrorLocation): SensoriumError =>
  syntaxError('A key is written twice in one map.', location, 'Take one of the two away.');

const tooMuch = (location: ErrorLocation): SensoriumError =>
  syntaxError(
    'With its aliases written out, this has more than 250,000 values.',
    location,
    'No manifest needs so many.',
  );
