import { range, total } from './numbers.js';

export const average = (list: readonly number[]): number => total(list) / list.length;
export const varianceOf = (list: readonly number[]): number => average(list.map((v) => (v - average(list)) ** 2));

/** x standardized over all elements with the same key. */
export function standardizedBy(x: readonly number[], keys: readonly number[], epsilon: number): number[] {
  const members = new Map<number, number[]>();
  keys.forEach((key, index) => members.set(key, [...(members.get(key) ?? []), x[index]!]));
  return x.map((value, index) => {
    const own = members.get(keys[index]!)!;
    return (value - average(own)) / Math.sqrt(varianceOf(own) + epsilon);
  });
}

/** For every element, which run of so many it is in. */
export const every = (length: number, of: number): number[] => range(length).map((index) => Math.floor(index / of));
