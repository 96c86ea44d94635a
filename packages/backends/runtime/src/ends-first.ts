import type { Engine } from './engine.js';

/** How long a process that ends waits for what runs in its threads. */
const PATIENCE_MILLISECONDS = 2000;

const live = new Set<Int32Array>();
let crash: { readonly error: unknown } | undefined;

/** What a thread and its process tell each other: whether native code runs, and whether none may begin any more. */
export const threadState = (): Int32Array => new Int32Array(new SharedArrayBuffer(8));

/**
 * Has the process wait for a thread's native code before it ends (by itself, `process.exit`, an error that nobody catches): Node
 * ends threads in its midst, and the code then aborts the process. What takes longer than two seconds is killed, with the
 * process. Gives the function that ends this.
 */
export function endsFirst(state: Int32Array): () => void {
  if (live.size === 0) {
    process.on('exit', waitForThreads);
    process.on('uncaughtExceptionMonitor', remember);
  }
  live.add(state);
  return () => {
    if (!live.delete(state) || live.size > 0) return;
    process.off('exit', waitForThreads);
    process.off('uncaughtExceptionMonitor', remember);
  };
}

const remember = (error: unknown): void => void (crash = { error });

function waitForThreads(): void {
  const until = performance.now() + PATIENCE_MILLISECONDS;
  for (const state of live) Atomics.store(state, 1, 1);
  for (const state of live) {
    const left = Math.max(0, until - performance.now());
    if (Atomics.wait(state, 0, 1, left) === 'timed-out') return quit();
  }
}

/** Without core dump. Node shows an error after 'exit' only. */
function quit(): void {
  const { writeSync } = process.getBuiltinModule('node:fs');
  const { inspect } = process.getBuiltinModule('node:util');
  if (crash) writeSync(2, `Uncaught ${inspect(crash.error)}\n`);
  process.kill(process.pid, 'SIGKILL');
}

/**
 * Marks the thread's state while work is done, and begins none after the process has begun to end.
 *
 * Self-contained, for the same reason as `createEngine`.
 */
export function markWork(state: Int32Array): <Result>(work: () => Promise<Result>) => Promise<Result> {
  const rest = (): void => {
    Atomics.store(state, 0, 0);
    Atomics.notify(state, 0);
  };
  return async (work) => {
    Atomics.store(state, 0, 1);
    try {
      return await (Atomics.load(state, 1) === 1 ? new Promise<never>(() => rest()) : work());
    } finally {
      rest();
    }
  };
}

/**
 * An engine all of whose work is marked.
 *
 * Self-contained, for the same reason as `createEngine`.
 */
export const marked = (engine: Engine, mark: ReturnType<typeof markWork>): Engine => ({
  ...engine,
  run: (inputs, outputs) => mark(() => engine.run(inputs, outputs)),
  carried: () => mark(() => engine.carried()),
  release: () => mark(() => engine.release()),
});
