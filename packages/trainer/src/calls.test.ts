import { access, rm } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { check, evaluate, train } from './index.js';
import { from, makeSquares, type Squares } from './testing/squares.js';

let squares: Squares;
beforeAll(async () => {
  squares = await makeSquares({ train: 24, test: 12 });
  process.env['SENSORIUM_CACHE'] = squares.path('cache');
  await train(squares.manifest, { out: squares.path('model'), from, set: ['training.epochs=1'] });
});
afterAll(() => rm(squares.folder, { recursive: true }));

class Stopped extends Error {}

describe('the reason of a signal is what is thrown', () => {
  const calls: Readonly<Record<string, (signal: AbortSignal) => Promise<unknown>>> = {
    train: (signal) => train(squares.manifest, { out: squares.path('stopped'), from, signal }),
    check: (signal) => check(squares.manifest, { from, signal }),
    evaluate: (signal) => evaluate(squares.path('model'), { data: squares.path('test.csv'), from, signal }),
  };

  it.each(Object.entries(calls))('by %s, before it begins', async (_, call) => {
    await expect(call(AbortSignal.abort(new Stopped()))).rejects.toBeInstanceOf(Stopped);
  });

  it.each(Object.entries(calls))('by %s, whenever it comes', async (_, call) => {
    // From the first await on, until a call was through before its signal came.
    for (let delay = 0; delay < 200; delay = 2 * delay + 1) {
      const controller = new AbortController();
      const timer = setTimeout(() => controller.abort(new Stopped()), delay);
      const error: unknown = await call(controller.signal).then(
        () => undefined,
        (reason: unknown) => reason,
      );
      clearTimeout(timer);
      if (error !== undefined) expect(error).toBeInstanceOf(Stopped);
    }
  });

  it.each([
    ['a word', 'enough'],
    ['null', null],
    ['a time that is over', new DOMException('over', 'TimeoutError')],
  ])('whatever it is: %s', async (_, reason) => {
    for (const call of Object.values(calls)) {
      const error: unknown = await call(AbortSignal.abort(reason)).catch((thrown: unknown) => thrown);
      expect(error).toBe(reason);
    }
  });

  it('and a training that never began leaves no folder', async () => {
    const signal = AbortSignal.abort(new Stopped());
    await expect(train(squares.manifest, { out: squares.path('never'), from, signal })).rejects.toThrow(Stopped);
    await expect(access(squares.path('never'))).rejects.toThrow('ENOENT');
  });
});

describe('a call without its options', () => {
  const untyped = { train, evaluate } as unknown as Record<string, (...given: unknown[]) => Promise<unknown>>;

  it.each([
    [
      'train',
      [{ out: '' }],
      'the option "out" is empty; expected a path or a store',
      "train('model.yaml', { out: 'model' })",
    ],
    ['train', [{ out: null }], 'the option "out" is null', 'out'],
    ['evaluate', [{ data: 7 }], 'the option "data" is number', 'data'],
    ['evaluate', [], 'the option "data" is undefined', "evaluate('model', { data: 'test.csv' })"],
  ])('of %s %o says what is missing', async (name, given, message, hint) => {
    await expect(untyped[name]!(squares.manifest, ...given)).rejects.toMatchObject({
      code: 'SENSORIUM_USAGE',
      message: expect.stringContaining(message) as string,
      hint: expect.stringContaining(hint) as string,
    });
  });
});
