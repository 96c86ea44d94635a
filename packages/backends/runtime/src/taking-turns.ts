import type { Engine } from './engine.js';

/** A function that starts each work when all that it was given before has ended, well or not. */
export function inTurns(): <Result>(work: () => Promise<Result>) => Promise<Result> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const result = last.then(work);
    last = result.catch(() => undefined);
    return result;
  };
}

/**
 * A way to open engines of which no two ever work at the same time, whether in this thread or in workers of it: for
 * providers that share one device and do not guard it.
 */
export function takingTurns(): (open: () => Promise<Engine>) => Promise<Engine> {
  const inTurn = inTurns();
  return async (open) => {
    const engine = await inTurn(open);
    return {
      ...engine,
      run: (inputs, outputs) => inTurn(() => engine.run(inputs, outputs)),
      carried: () => inTurn(() => engine.carried()),
      release: () => inTurn(() => engine.release()),
    };
  };
}
