import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import { MicroBatcher } from './micro-batch.js';

/** Doubles numbers, refuses negative ones, and works only when it is told to. */
function doubling() {
  const groups: (readonly number[])[] = [];
  const gates: (() => void)[] = [];
  const batcher = new MicroBatcher<number, number>(async (items) => {
    groups.push(items);
    await new Promise<void>((open) => gates.push(open));
    if (items.some((item) => item < 0)) throw new RangeError(`negative: ${items.join()}`);
    return items.map((item) => item * 2);
  });
  const work = async (): Promise<void> => {
    gates.shift()?.();
    await new Promise(setImmediate);
  };
  return { batcher, groups, work };
}

describe('MicroBatcher', () => {
  it('takes a lone item at once', async () => {
    const { batcher, groups, work } = doubling();
    const first = batcher.add(1);
    expect(groups).toEqual([[1]]);
    await work();
    expect(await first).toBe(2);
    const second = batcher.add(2);
    expect(groups).toEqual([[1], [2]]);
    await work();
    expect(await second).toBe(4);
  });

  it('takes together what came while it was busy, at most 64 at a time, in order', async () => {
    const { batcher, groups, work } = doubling();
    const results = Promise.all(Array.from({ length: 100 }, (_, index) => batcher.add(index)));
    await work();
    await work();
    await work();
    expect(groups.map(({ length }) => length)).toEqual([1, 64, 35]);
    expect(await results).toEqual(Array.from({ length: 100 }, (_, index) => index * 2));
  });

  it('gives an error of a group to the item that has it', async () => {
    const { batcher, groups, work } = doubling();
    const results = Promise.allSettled([0, 1, -2, 3].map((item) => batcher.add(item)));
    for (let run = 0; run < 5; run++) await work();
    expect(groups).toEqual([[0], [1, -2, 3], [1], [-2], [3]]);
    expect(await results).toEqual([
      { status: 'fulfilled', value: 0 },
      { status: 'fulfilled', value: 2 },
      { status: 'rejected', reason: new RangeError('negative: -2') },
      { status: 'fulfilled', value: 6 },
    ]);
  });

  it('drops an item that is aborted while it waits, and only that', async () => {
    const { batcher, groups, work } = doubling();
    const controller = new AbortController();
    const running = batcher.add(1, controller.signal);
    const dropped = batcher.add(2, controller.signal);
    const kept = batcher.add(3);
    controller.abort(new Error('enough'));
    await expect(dropped).rejects.toThrow('enough');
    await work();
    await work();
    expect(groups).toEqual([[1], [3]]);
    expect(await Promise.all([running, kept])).toEqual([2, 6]);
    await expect(batcher.add(4, controller.signal)).rejects.toThrow('enough');
    expect(groups).toHaveLength(2);
  });

  it('does not listen to a signal any longer than an item waits', async () => {
    const { batcher, work } = doubling();
    const { signal } = new AbortController();
    const results = Promise.allSettled([1, 2, 3].map((item) => batcher.add(item, signal)));
    expect(getEventListeners(signal, 'abort')).toHaveLength(2);
    const closing = batcher.close(new Error('closed'));
    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
    await work();
    await closing;
    expect((await results).map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected']);
  });

  it('closes after what is running, and refuses the rest', async () => {
    const { batcher, groups, work } = doubling();
    const running = batcher.add(1);
    const waiting = batcher.add(2);
    let closed = false;
    const closing = batcher.close(new Error('closed')).then(() => (closed = true));
    await expect(waiting).rejects.toThrow('closed');
    await expect(batcher.add(3)).rejects.toThrow('closed');
    expect(closed).toBe(false);
    await work();
    expect(await running).toBe(2);
    await closing;
    expect(groups).toEqual([[1]]);
  });
});
