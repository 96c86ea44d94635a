import { describe, expect, it } from 'vitest';
import { batches, filledBatches, prefetch } from '../index.js';

const samples = (count: number): Uint32Array => Uint32Array.from({ length: count }, (_, index) => 10 + index);

describe('batches', () => {
  it('are all full, and drop what is left over', () => {
    expect([...batches(samples(5), 2)].map((batch) => [...batch])).toEqual([
      [10, 11],
      [12, 13],
    ]);
    expect([...batches(samples(4), 2)]).toHaveLength(2);
    expect([...batches(samples(1), 2)]).toEqual([]);
  });

  it('are filled up with the first samples where every sample counts', () => {
    const filled = (count: number, size: number) =>
      [...filledBatches(samples(count), size)].map((batch) => ({ rows: [...batch.rows], count: batch.count }));
    expect(filled(5, 2)).toEqual([
      { rows: [10, 11], count: 2 },
      { rows: [12, 13], count: 2 },
      { rows: [14, 10], count: 1 },
    ]);
    expect(filled(2, 4)).toEqual([{ rows: [10, 11, 10, 11], count: 2 }]);
    expect(filled(0, 4)).toEqual([]);
  });

  it('refuse a size that is no positive integer', () => {
    for (const size of [0, -1, 1.5]) {
      expect(() => [...batches(samples(3), size)]).toThrow(RangeError);
      expect(() => [...filledBatches(samples(3), size)]).toThrow(RangeError);
    }
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
