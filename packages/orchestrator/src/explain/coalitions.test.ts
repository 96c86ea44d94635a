import { describe, expect, it } from 'vitest';
import { isMember, requireFew, shapleyValues } from './coalitions.js';

/** The definition by orders: what a player adds to those before it, in the mean over all orders. */
function byOrders(reached: readonly number[], players: number): number[] {
  const orders = permutations(Array.from({ length: players }, (_, index) => index));
  const sums = Array.from({ length: players }, () => 0);
  for (const order of orders) {
    let coalition = 0;
    for (const player of order) {
      sums[player]! += reached[coalition | (1 << player)]! - reached[coalition]!;
      coalition |= 1 << player;
    }
  }
  return sums.map((sum) => sum / orders.length);
}

const permutations = (items: readonly number[]): number[][] =>
  items.length < 2
    ? [[...items]]
    : items.flatMap((item) => permutations(items.filter((other) => other !== item)).map((rest) => [item, ...rest]));

describe('Shapley values', () => {
  const game = (players: number): number[] =>
    Array.from(
      { length: 2 ** players },
      (_, coalition) => Math.sin(coalition * 1.7) + (isMember(coalition, 0) ? 2 : 0),
    );

  it.each([1, 2, 3, 5])('of %i players are the mean over all orders in which they may come', (players) => {
    const expected = byOrders(game(players), players);
    shapleyValues(game(players), players).forEach((value, player) => expect(value).toBeCloseTo(expected[player]!, 12));
  });

  it('sum to the difference between all and none', () => {
    const reached = game(6);
    const sum = shapleyValues(reached, 6).reduce((a, b) => a + b, 0);
    expect(sum).toBeCloseTo(reached.at(-1)! - reached[0]!, 12);
  });

  it('of the glove game are those of the textbook', () => {
    // Players 0 and 1 have a left glove each, player 2 the right one: a pair is worth 1.
    const reached = Array.from({ length: 8 }, (_, coalition) =>
      Number((coalition & 3) !== 0 && isMember(coalition, 2)),
    );
    expect(shapleyValues(reached, 3).map((value) => Math.round(value * 6))).toEqual([1, 1, 4]);
  });

  it('are refused where there would be too many answers', () => {
    const names = Array.from({ length: 13 }, (_, index) => `sensor${index}`);
    expect(() => requireFew(names)).toThrow('2^13');
    requireFew(names.slice(1));
  });
});
