import { SensoriumError, type ErrorLocation } from '@sensorium/contracts';

/** A key, or an index of a list, for each level. */
export type Path = readonly (string | number)[];

/** A value of a manifest, with the places where it and its key were written. */
export interface Located<Value = unknown> {
  readonly at: ErrorLocation;
  /** The same as `at` for what has no key: the root, and items of a list. */
  readonly keyAt: ErrorLocation;
  /** A map, a list, or a scalar. */
  readonly value: Value;
}

export type LocatedMap = Located<ReadonlyMap<string, Located>>;
export type LocatedList = Located<readonly Located[]>;

export const isMap = (node: Located): node is LocatedMap => node.value instanceof Map;
export const isList = (node: Located): node is LocatedList => Array.isArray(node.value);

/**
 * The value without its places.
 *
 * @throws SENSORIUM_UNKNOWN_KEY for `__proto__`, which validation would pass over
 */
export function toPlain(node: Located): unknown {
  if (isList(node)) return node.value.map(toPlain);
  if (!isMap(node)) return node.value;
  const forbidden = node.value.get('__proto__');
  if (forbidden) {
    const message = 'No key may be called "__proto__".';
    const hint = 'Call it otherwise.';
    throw new SensoriumError({ code: 'SENSORIUM_UNKNOWN_KEY', message, hint, location: forbidden.keyAt });
  }
  return Object.fromEntries([...node.value].map(([key, child]) => [key, toPlain(child)]));
}

function child(node: Located, step: string | number): Located | undefined {
  if (isMap(node)) return node.value.get(String(step));
  return isList(node) ? node.value[Number(step)] : undefined;
}

/** Where the value or the key at `path` was written; for what was not written, the key of what it would stand in. */
export function locateIn(root: Located, path: Path, what: 'key' | 'value'): ErrorLocation {
  let node = root;
  for (const step of path) {
    const next = child(node, step);
    if (!next) return node.keyAt;
    node = next;
  }
  return what === 'key' ? node.keyAt : node.at;
}

/** `inputs.image.size`, `backend[1]`. */
export function formatPath(path: Path): string {
  return path.reduce<string>(
    (text, step) => (typeof step === 'number' ? `${text}[${step}]` : text ? `${text}.${step}` : step),
    '',
  );
}
