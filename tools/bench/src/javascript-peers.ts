import { fork, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { answerOrEnd, peersFolder, type Peer, type PeerKind } from './peer.js';

const folder = fileURLToPath(peersFolder);

interface Engine {
  readonly name: PeerKind['name'];
  readonly variant: string;
  /** The package that it is, and what runs it, in the folder `peers`. */
  readonly package: string;
  readonly script: string;
  readonly arguments?: readonly string[];
}

const engine = ({ name, variant, ...one }: Engine): PeerKind => ({
  name,
  variant,
  installation: 'npm run bench -- engine --install-peers',
  version() {
    const file = `${folder}node_modules/${one.package}/package.json`;
    return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version : undefined;
  },
  start: () => started(name, fork(`${folder}${one.script}`, one.arguments, { serialization: 'advanced' })),
});

function started(name: string, child: ChildProcess): Peer {
  return {
    async ask(question, argument?: unknown) {
      child.send({ question, argument });
      const { answer, error } = await answerOrEnd(
        name,
        async (signal) => ((await once(child, 'message', { signal })) as [{ answer?: unknown; error?: string }])[0],
        (signal) => once(child, 'exit', { signal }),
      );
      if (error !== undefined) throw new Error(`${name}: ${error}`);
      return answer as never;
    },
    dispose: () => child.kill(),
  };
}

const jax = { name: 'jax-js', package: '@jax-js/jax', script: 'jax-js.mjs' } as const;

export const jaxOnOneThread = engine({ ...jax, variant: '1 thread' });

export const javascriptPeers: readonly PeerKind[] = [
  jaxOnOneThread,
  engine({
    ...jax,
    variant: `${availableParallelism()} threads`,
    arguments: [`--threads=${availableParallelism()}`],
  }),
  engine({ name: 'tfjs', variant: '1 thread', package: '@tensorflow/tfjs-backend-wasm', script: 'tfjs.mjs' }),
];

/** With TensorFlow.js, which is nearly all of it, or without. */
export function installPeers({ jaxAlone }: { jaxAlone: boolean }): void {
  const command = ['ci', ...(jaxAlone ? ['--omit=optional'] : [])];
  const npm = process.env['npm_execpath'];
  const options = { cwd: folder, stdio: 'inherit' } as const;
  const { status, error } = npm
    ? spawnSync(process.execPath, [npm, ...command], options)
    : spawnSync('npm', command, { ...options, shell: process.platform === 'win32' });
  if (error) throw error;
  if (status !== 0) throw new Error(`npm ${command.join(' ')} in ${folder} failed`);
}
