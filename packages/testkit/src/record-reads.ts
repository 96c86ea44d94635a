/**
 * The same options, noting in `read` the path of every one that is read.
 *
 * @param copies whether `{ ...options }` counts as reading all of them. What is read of a copy cannot be seen.
 */
export function recordReads<T extends object>(options: T, read: Set<string>, copies: boolean, prefix = ''): T {
  let copied: string | symbol | undefined;
  return new Proxy(options, {
    // A copy asks for an option's descriptor right before its value.
    getOwnPropertyDescriptor(target, key) {
      copied = key;
      return Reflect.getOwnPropertyDescriptor(target, key);
    },
    get(target, key) {
      const value: unknown = Reflect.get(target, key);
      const isCopy = copied === key;
      copied = undefined;
      if (typeof key === 'symbol') return value;
      if (copies || !isCopy) read.add(prefix + key);
      return isPlainObject(value) ? recordReads(value, read, copies, `${prefix}${key}.`) : value;
    },
  });
}

const isPlainObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
