import type { Tensor, Tensors } from '@sensorium/contracts';
import type { Engine } from './engine.js';

/** What is asked of a worker's engine. */
export type Request = { readonly id: number } & (
  | { readonly call: 'run'; readonly inputs: Tensors; readonly outputs: readonly string[] }
  | { readonly call: 'carried' | 'release' }
);

/** The model as the worker's engine sees it: the value of its first reply, number 0. */
export type Description = Pick<Engine, 'inputs' | 'outputs'>;

export type Reply = { readonly id: number } & (
  { readonly error: string } | { readonly value: Description | Record<string, Tensor> }
);

/** The worker's side of the wire: `parentPort` in Node, `self` in a browser. */
export interface EnginePort {
  onmessage: ((event: { data: Request }) => void) | null;
  postMessage(reply: Reply, transfer?: ArrayBuffer[]): void;
}

/**
 * Answers requests with an engine, one after the other, until the worker is ended from outside. Results are transferred.
 *
 * Self-contained, for the same reason as `createEngine`.
 */
export async function serveEngine(port: EnginePort, open: () => Promise<Engine>): Promise<void> {
  const fail = (id: number, error: unknown) =>
    port.postMessage({ id, error: error instanceof Error ? error.message : String(error) });
  let engine: Engine;
  try {
    engine = await open();
  } catch (error) {
    return fail(0, error);
  }
  const perform = async (request: Request): Promise<Record<string, Tensor>> => {
    if (request.call === 'run') return engine.run(request.inputs, request.outputs);
    if (request.call === 'carried') return engine.carried();
    await engine.release();
    return {};
  };
  const answer = async (request: Request) => {
    try {
      const value = await perform(request);
      port.postMessage(
        { id: request.id, value },
        Object.values(value).map(({ data }) => data.buffer as ArrayBuffer),
      );
    } catch (error) {
      fail(request.id, error);
    }
  };
  let last = Promise.resolve();
  port.onmessage = ({ data }) => {
    last = last.then(() => answer(data));
  };
  port.postMessage({ id: 0, value: { inputs: engine.inputs, outputs: engine.outputs } });
}
