import { at } from '../shape.js';
import type { Shape } from '@sensorium/contracts';
import { dependenciesOf } from '../traverse.js';
import type { Node, Value } from '../value.js';

/**
 * Cuts the nodes of a forward pass into at most `count` parts that follow each other, of about the same memory each, where
 * little is handed from one part to the next.
 */
export function cutIntoSegments(nodes: readonly Node[], count: number): Node[][] {
  const made = runningSums(nodes.map(({ outputs }) => outputs.reduce((sum, { shape }) => sum + elements(shape), 0)));
  const handedOver = elementsHandedOver(nodes);
  const part = at(made, nodes.length) / count;
  const cuts = Array.from({ length: count - 1 }, (_, index) => {
    const near = [...nodes.keys()].filter((place) => Math.abs(at(made, place) / part - (index + 1)) < 0.25);
    return near.sort((a, b) => at(handedOver, a) - at(handedOver, b)).slice(0, 1);
  });
  const starts = [0, ...cuts.flat().filter((place) => place > 0)];
  return starts.map((start, index) => nodes.slice(start, starts[index + 1]));
}

/** Before each node: the elements of all values that were made until there and are read from there on. */
function elementsHandedOver(nodes: readonly Node[]): number[] {
  const lastRead = new Map<Value, number>();
  for (const [place, node] of nodes.entries()) dependenciesOf(node).forEach((value) => lastRead.set(value, place));
  const changes = new Array<number>(nodes.length + 1).fill(0);
  const change = (place: number, by: number): void => void (changes[place] = at(changes, place) + by);
  for (const [place, { outputs }] of nodes.entries()) {
    for (const output of outputs) {
      const last = lastRead.get(output);
      if (last === undefined) continue;
      change(place + 1, elements(output.shape));
      change(last + 1, -elements(output.shape));
    }
  }
  return runningSums(changes).slice(1);
}

/** Sums of all items before each position, and of all at the end. */
function runningSums(items: readonly number[]): number[] {
  let sum = 0;
  return [0, ...items.map((item) => (sum += item))];
}

/** Unknown dimensions count as 1. */
const elements = (shape: Shape): number =>
  shape.reduce<number>((product, size) => product * (typeof size === 'number' ? size : 1), 1);
