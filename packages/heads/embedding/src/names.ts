export type Pair = readonly [a: string, b: string];

/** Every two of the elements, in their order. */
export const everyTwo = <T>(of: readonly T[]): (readonly [T, T])[] =>
  of.flatMap((a, index) => of.slice(index + 1).map((b) => [a, b] as const));

/** The output that says which samples have the same item. */
export const itemName = (name: string): string => `${name}.item`;
