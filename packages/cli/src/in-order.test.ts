import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { inOrder } from './in-order.js';

it('keeps the order, with no more than the limit under way', async () => {
  let running = 0;
  let most = 0;
  const results: number[] = [];
  const task = async (item: number): Promise<number> => {
    most = Math.max(most, ++running);
    await sleep(5 - item);
    running--;
    return item * 10;
  };
  for await (const result of inOrder([1, 2, 3, 4, 5], 3, task)) results.push(result);
  expect(results).toEqual([10, 20, 30, 40, 50]);
  expect(most).toBe(3);
});

it('throws the first failure in order, and begins nothing after it', async () => {
  const begun: number[] = [];
  const results: number[] = [];
  const task = async (item: number): Promise<number> => {
    begun.push(item);
    if (item >= 2) throw new Error(`item ${item}`);
    return item;
  };
  const reading = (async () => {
    for await (const result of inOrder([1, 2, 3, 4, 5], 2, task)) results.push(result);
  })();
  await expect(reading).rejects.toThrow('item 2');
  expect(results).toEqual([1]);
  expect(begun).toEqual([1, 2, 3]);
});
