import { describe, expect, it } from 'vitest';
import { Room } from './room.js';

/** Lets everything go on that can. */
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('room', () => {
  it('lets in as many as fit, first come, first served', async () => {
    const room = new Room(10);
    const entered: string[] = [];
    const enter = (name: string, size: number): Promise<() => void> =>
      room.enter(size).then((leave) => (entered.push(name), leave));
    const [a, b, c, d] = [enter('a', 4), enter('b', 5), enter('c', 3), enter('d', 1)];
    await settle();
    // d would fit, but c was there before.
    expect(entered).toEqual(['a', 'b']);
    (await b)();
    await settle();
    expect(entered).toEqual(['a', 'b', 'c', 'd']);
    for (const leave of [await a, await c, await d]) leave();
  });

  it('lets in alone what is larger than all of it', async () => {
    const room = new Room(10);
    const [small, large, after] = [room.enter(1), room.enter(1000), room.enter(1)];
    const leave = await small;
    await settle();
    expect(await Promise.race([large.then(() => 'in'), settle().then(() => 'waits')])).toBe('waits');
    leave();
    const leaveLarge = await large;
    expect(await Promise.race([after.then(() => 'in'), settle().then(() => 'waits')])).toBe('waits');
    leaveLarge();
    (await after)();
  });

  it('sends away who is not to wait any longer, and lets in who waited behind', async () => {
    const room = new Room(10);
    const leave = await room.enter(6);
    const controller = new AbortController();
    const large = room.enter(8, controller.signal);
    const small = room.enter(2);
    controller.abort(new Error('stop'));
    await expect(large).rejects.toThrow('stop');
    (await small)();
    await expect(room.enter(1, AbortSignal.abort(new Error('before')))).rejects.toThrow('before');
    leave();
    (await room.enter(10))();
  });
});
