import type { Tensor, Tensors } from '@sensorium/contracts';
import type { Engine } from './engine.js';
import type { Description, Reply, Request } from './serve-engine.js';

/** A started worker that runs `serveEngine`: what workers of Node and of browsers have in common. */
export interface EngineWorker {
  post(request: Request): void;
  onReply(listener: (reply: Reply) => void): void;
  /** The worker broke down, or ended by itself. */
  onFailure(listener: (error: Error) => void): void;
  /** Whether an answer is awaited: an idle worker must not keep a process alive. */
  setBusy?(busy: boolean): void;
  terminate(): Promise<void>;
}

type WithoutId<Message> = Message extends unknown ? Omit<Message, 'id'> : never;
type Call = WithoutId<Request>;

interface Waiting {
  resolve(value: unknown): void;
  reject(error: Error): void;
}

/** An engine that lives in a worker. Rejects, and ends the worker, where the worker cannot open its model. */
export async function connectEngine(worker: EngineWorker): Promise<Engine> {
  const waiting = new Map<number, Waiting>();
  let failure: Error | undefined;

  const take = (id: number): Waiting | undefined => {
    const found = waiting.get(id);
    waiting.delete(id);
    if (waiting.size === 0) worker.setBusy?.(false);
    return found;
  };
  worker.onReply((reply) => {
    const found = take(reply.id);
    if ('error' in reply) found?.reject(new Error(reply.error));
    else found?.resolve(reply.value);
  });
  worker.onFailure((error) => {
    failure ??= error;
    for (const id of [...waiting.keys()]) take(id)?.reject(error);
  });
  const reply = (id: number) =>
    new Promise<unknown>((resolve, reject) => {
      if (failure) return reject(failure);
      if (waiting.size === 0) worker.setBusy?.(true);
      waiting.set(id, { resolve, reject });
    });

  let last = 0;
  const ask = async (request: Call): Promise<Record<string, Tensor>> => {
    const id = ++last;
    worker.post({ id, ...request });
    return (await reply(id)) as Record<string, Tensor>;
  };
  try {
    const { inputs, outputs } = (await reply(0)) as Description;
    return {
      inputs,
      outputs,
      run: (values, outputs) => ask({ call: 'run', inputs: compact(values), outputs }),
      carried: () => ask({ call: 'carried' }),
      async release() {
        try {
          // Tensors on a device must not be left to the order in which a thread that ends throws its things away.
          if (!failure) await ask({ call: 'release' });
        } finally {
          await worker.terminate();
        }
      },
    };
  } catch (error) {
    await worker.terminate();
    throw error;
  }
}

/** A message takes along the whole buffer behind a view, so a view of a part is cut out first. */
function compact(inputs: Tensors): Tensors {
  const result: Record<string, Tensor> = {};
  for (const [name, { dtype, shape, data }] of Object.entries(inputs)) {
    result[name] = { dtype, shape, data: data.byteLength === data.buffer.byteLength ? data : data.slice() };
  }
  return result;
}
