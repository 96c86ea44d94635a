import type { Tensor } from '@sensorium/contracts';
import { createRandom } from '@sensorium/data';
import { createScope, input } from '@sensorium/graph';
import { makeTensor } from '@sensorium/tensors';
import { runGraph } from '@sensorium/testkit';
import { describe, expect, it } from 'vitest';
import { hiddenTokens, type HidingOptions } from './hidden-tokens.js';

interface Case extends HidingOptions {
  readonly grid?: readonly number[];
  /** Tokens of each sample; the rest is padding. */
  readonly lengths: readonly number[];
  readonly tokens: number;
}

/** Which tokens of each sample are hidden. */
async function hide({ grid, lengths, tokens, share, block }: Case): Promise<number[][]> {
  const scope = createScope();
  const mask = input('mask', 'float32', ['batch', tokens]);
  const port = input('unread', 'float32', ['batch', tokens, 1]);
  const features = { tokens: port, mask, pooled: port, present: port, ...(grid && { grid }) };
  const hidden = hiddenTokens(scope, features, { share, block });
  const random = createRandom(1, 'hide');
  const feeds = scope.noises.map(({ name, shape }): [string, Tensor] => {
    const sizes = shape.map((size) => (typeof size === 'number' ? size : lengths.length));
    const count = sizes.reduce((a, b) => a * b, 1);
    return [
      name,
      makeTensor(
        'float32',
        sizes,
        Array.from({ length: count }, () => random.integer(256) / 256),
      ),
    ];
  });
  const masks = lengths.flatMap((length) => Array.from({ length: tokens }, (_, at) => Number(at < length)));
  const { result } = await runGraph(
    { result: hidden },
    { ...Object.fromEntries(feeds), mask: makeTensor('float32', [lengths.length, tokens], masks) },
  );
  const values = Array.from(result!.data, Number);
  return lengths.map((_, row) => values.slice(row * tokens, (row + 1) * tokens));
}

const count = (row: readonly number[]): number => row.reduce((a, b) => a + b, 0);

describe('hidden tokens', () => {
  it('are the given share of the tokens that a sample has, rounded up, and none of its padding', async () => {
    const lengths = [10, 7, 2, 1, 0];
    for (const block of [1, 2, 3]) {
      const rows = await hide({ lengths, tokens: 10, share: 0.3, block });
      expect(rows.map(count)).toEqual([3, 3, 1, 1, 0]);
      for (const [index, row] of rows.entries())
        expect(row.slice(lengths[index]).every((value) => value === 0)).toBe(true);
    }
  });

  it.each([
    ['of a row', undefined, 12],
    ['of a picture', [3, 4], 12],
    ['of a clip', [2, 3, 4], 24],
  ])('%s are each as likely as any other', async (_, grid, tokens) => {
    const samples = 4000;
    const rows = await hide({ lengths: Array<number>(samples).fill(tokens), tokens, grid, share: 0.5, block: 2 });
    const often = Array.from({ length: tokens }, (_, at) => count(rows.map((row) => row[at]!)) / samples);
    for (const share of often) expect(Math.abs(share - 0.5)).toBeLessThan(0.05);
  });

  it('lie together in blocks, along both axes of a grid', async () => {
    const side = 8;
    /** How often the neighbour of a hidden token is hidden. */
    const together = async (block: number, right: number, down: number): Promise<number> => {
      const rows = await hide({
        lengths: Array<number>(300).fill(64),
        tokens: 64,
        grid: [side, side],
        share: 0.4,
        block,
      });
      const pairs = rows.flatMap((row) =>
        row.flatMap((own, at) => {
          const [x, y] = [(at % side) + right, Math.floor(at / side) + down];
          return own === 1 && x < side && y < side ? [row[y * side + x]!] : [];
        }),
      );
      return count(pairs) / pairs.length;
    };
    for (const [right, down] of [
      [1, 0],
      [0, 1],
    ] as const) {
      expect(Math.abs((await together(1, right, down)) - 0.4)).toBeLessThan(0.03);
      expect(await together(3, right, down)).toBeGreaterThan(0.6);
      expect(await together(4, right, down)).toBeGreaterThan(0.65);
    }
    // Beyond a block, nothing knows of each other.
    expect(Math.abs((await together(3, 4, 0)) - 0.4)).toBeLessThan(0.05);
  });
});
