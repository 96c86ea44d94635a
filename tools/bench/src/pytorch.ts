import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { required } from '@sensorium/contracts';
import { answerOrEnd, peersFolder, type Peer, type PeerKind } from './peer.js';

/** A Python of one's own hides that of the system, which Debian's PyTorch belongs to. */
const interpreters = ['python3', '/usr/bin/python3'];

/** OpenBLAS finds its kernels by the processor; whoever chose others did so for another program. */
const { OPENBLAS_CORETYPE: _, ...env } = process.env;

const found = lazily(() => {
  for (const interpreter of interpreters) {
    const ask = ['-c', 'import importlib.metadata as m; print(m.version("torch"))'];
    const { status, stdout } = spawnSync(interpreter, ask, { env, encoding: 'utf8' });
    if (status === 0) return { interpreter, version: stdout.trim() };
  }
  return undefined;
});

/** PyTorch on the processor with as many threads as ours. */
export const pytorch: PeerKind = {
  name: 'pytorch',
  variant: `${availableParallelism()} threads`,
  installation: 'apt-get install python3-torch libopenblas0-pthread, on Debian',
  version: () => found()?.version,
  start: () => started(required(found(), 'a Python that has PyTorch').interpreter),
};

/** Questions and answers are lines of JSON; the elements of tensors are base64. */
function started(interpreter: string): Peer {
  const script = fileURLToPath(new URL('pytorch.py', peersFolder));
  const child = spawn(interpreter, [script, String(availableParallelism())], {
    env,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout });
  return {
    async ask(question, argument?: unknown) {
      child.stdin.write(`${JSON.stringify({ question, argument }, asBase64)}\n`);
      return await answerOrEnd(
        'PyTorch',
        async (signal) => JSON.parse(((await once(lines, 'line', { signal })) as [string])[0]) as never,
        (signal) => once(child, 'exit', { signal }),
      );
    },
    dispose: () => child.kill(),
  };
}

const asBase64 = (_: string, value: unknown): unknown =>
  ArrayBuffer.isView(value) ? Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64') : value;

function lazily<T>(compute: () => T): () => T {
  let known: { readonly value: T } | undefined;
  return () => (known ??= { value: compute() }).value;
}
