import type { Engine } from './engine.js';

/**
 * A way to open engines of which no two ever work at the same time, whether in this thread or in workers of it: for
 * providers that share one device and do not guard it.
 */
export function takingTurns(): (open: () => Promise<Engine>) => Promise<Engine> {
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <Result>(work: () => Promise<Result>): Promise<Result> => {
    const result = last.then(work);
    last = result.catch(() => undefined);
    return result;
  };
  return async (open) => {
    const engine = await inTurn(open);
    return {
      ...engine,
      run: (inputs, outputs) => inTurn(() => engine.run(inputs, outputs)),
      release: () => inTurn(() => engine.release()),
    };
  };
}
