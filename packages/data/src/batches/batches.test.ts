import { describe, expect, it } from 'vitest';
import { batches, prefetch } from '../index.js';

const cut = (count: number, batchSize: number, mode: 'training' | 'evaluation'): number[][] =>
  [...batches({ order: Uint32Array.from({ length: count }, (_, index) => 10 + index), batchSize, mode })].map(
    (batch) => [...batch],
  );

describe('batches', () => {
  it('are all full in training', () => {
    expect(cut(5, 2, 'training')).toEqual([
      [10, 11],
      [12, 13],
    ]);
    expect(cut(4, 2, 'training')).toHaveLength(2);
  });

  it('repeat samples in training where there are fewer than one batch', () => {
    expect(cut(3, 8, 'training')).toEqual([[10, 11, 12, 10, 11, 12, 10, 11]]);
  });

  it('hold every sample once in evaluation', () => {
    expect(cut(5, 2, 'evaluation')).toEqual([[10, 11], [12, 13], [14]]);
  });

  it('are none where there is nothing', () => {
    expect(cut(0, 4, 'training')).toEqual([]);
    expect(cut(0, 4, 'evaluation')).toEqual([]);
  });

  it('refuse a size that is no positive integer', () => {
    for (const size of [0, -1, 1.5]) expect(() => cut(3, size, 'training')).toThrow(RangeError);
  });
});

describe('prefetch', () => {
  const tick = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));

  it('keeps order, and works ahead while the consumer is busy', async () => {
    let begun = 0;
    async function* produce(): AsyncGenerator<number> {
      for (let item = 0; item < 6; item++) {
        begun++;
        yield item;
      }
    }
    const seen: number[] = [];
    for await (const item of prefetch(produce(), 2)) {
      await tick();
      expect(begun).toBe(Math.min(6, item + 3));
      seen.push(item);
    }
    expect(seen).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it('passes an error on in its turn, even if it came long before', async () => {
    async function* produce(): AsyncGenerator<number> {
      yield 1;
      throw new Error('broken sample');
    }
    const items = prefetch(produce(), 4);
    expect(await items.next()).toEqual({ done: false, value: 1 });
    await tick();
    await expect(items.next()).rejects.toThrow('broken sample');
  });

  it('closes the source when its consumer stops', async () => {
    let closed = false;
    async function* produce(): AsyncGenerator<number> {
      try {
        for (let item = 0; ; item++) yield item;
      } finally {
        closed = true;
      }
    }
    for await (const item of prefetch(produce(), 3)) if (item === 2) break;
    expect(closed).toBe(true);
  });
});
