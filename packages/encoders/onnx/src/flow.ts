import type { Shape, SymbolicTensor, Symbols } from '@sensorium/contracts';
import { add, constant, gather, pad, range, unsqueeze } from '@sensorium/graph';

/** What a file is given. */
export interface Flow {
  /** [B,…] each, by the names that `inputs` has for them; the first is what a file with one input gets. */
  readonly values: Symbols;
  /** Where they are a sequence [B,T,…]: the place of each of the T in the value, in its own samples, rows or tokens. */
  readonly places?: readonly number[];
  /** Whether the file wants the channels of a sequence before its places: [B,C,T]. Default false */
  readonly channelsFirst?: boolean;
}

/** Of a sequence that a file sees in windows. */
export interface Windows {
  readonly count: number;
  readonly size: number;
  readonly hop: number;
}

/** What stands after the last whole window is left out; what is shorter than a window is one. */
export function windowsOf(length: number, size: number, hop: number): Windows {
  return { count: Math.max(0, Math.floor((length - size) / hop)) + 1, size, hop };
}

/** How long a sequence of at least `length` is whose windows leave nothing out. */
export const wholeWindows = (length: number, size: number, hop: number): number =>
  size + Math.max(0, Math.ceil((length - size) / hop)) * hop;

/** How many places of a sequence an input [B,…] is for, each of `width` numbers; undefined where it leaves that open. */
export function windowFor(shape: Shape = [], width: number): number | undefined {
  const sizes = shape.slice(1);
  const known = sizes.reduce<number>((product, size) => product * Number(size), 1) / width;
  return sizes.length > 0 && Number.isInteger(known) ? known : undefined;
}

/** [B,T,…] → [B,count,size,…] */
export function cut(x: SymbolicTensor, length: number, { count, size, hop }: Windows): SymbolicTensor {
  if (count === 1 && size === length) return unsqueeze(x, 1);
  const starts = Array.from({ length: count }, (_, index) => index * hop);
  const whole = size > length ? pad(x, 1, 0, size - length) : x;
  return gather(whole, add(constant(starts, 'int64', [count, 1]), range(0, size)), 1);
}

/** Of each window, so many positions: where in the value they lie. */
export function placesIn(places: readonly number[], { count, size, hop }: Windows, positions: number): number[] {
  return Array.from({ length: count * positions }, (_, index) => {
    const middle = ((index % positions) + 0.5) * (size / positions);
    return between(places, Math.floor(index / positions) * hop + middle - 0.5);
  });
}

/** A list at a place between two of its entries. */
function between(list: readonly number[], place: number): number {
  const at = Math.min(Math.max(0, place), list.length - 1);
  const [low, high] = [list[Math.floor(at)] as number, list[Math.ceil(at)] as number];
  return low + (high - low) * (at - Math.floor(at));
}
