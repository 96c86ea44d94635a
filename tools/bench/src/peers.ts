import { fork, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import type { Tensors } from '@sensorium/contracts';

/** Another engine, in a process of its own. Its package is not installed with this workspace. */
export interface PeerKind {
  readonly name: 'jax-js' | 'tfjs';
  readonly variant: string;
  /** The package that it is, and what runs it, in the folder `peers`. */
  readonly package: string;
  readonly script: string;
  readonly arguments: readonly string[];
}

const jax = { name: 'jax-js', package: '@jax-js/jax', script: 'jax-js.mjs' } as const;

export const jaxOnOneThread: PeerKind = { ...jax, variant: '1 thread', arguments: [] };

export const peerKinds: readonly PeerKind[] = [
  jaxOnOneThread,
  {
    ...jax,
    variant: `${availableParallelism()} threads`,
    arguments: [`--threads=${availableParallelism()}`],
  },
  {
    name: 'tfjs',
    variant: '1 thread',
    package: '@tensorflow/tfjs-backend-wasm',
    script: 'tfjs.mjs',
    arguments: [],
  },
];

export const toInstallPeers = (workload: string): string =>
  `Not all of the engines to compare with are installed. To install them: npm run bench -- ${workload} --install-peers`;

const folder = fileURLToPath(new URL('../peers/', import.meta.url));

/** The version of a peer, undefined where it is not installed. */
export function peerVersion(kind: PeerKind): string | undefined {
  const file = `${folder}node_modules/${kind.package}/package.json`;
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version : undefined;
}

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

/** A model, the values of its parameters, batches [steps,…], and what updates the parameters. */
export interface Task {
  readonly model: string;
  readonly parameters: Tensors;
  readonly batches: Tensors;
  readonly optimizer: Readonly<Record<string, number | string>>;
}

interface Questions {
  load(task: Task): void;
  /** The losses of so many steps. */
  losses(count: number): number[];
  /** The shortest of the steps of so many milliseconds, at least one, in milliseconds. */
  shortestStep(milliseconds: number): number;
  /** By the names of the parameters, at their present values on the first batch. */
  gradients(): Record<string, Float32Array>;
}

export interface Peer {
  ask<Q extends keyof Questions>(question: Q, ...argument: Parameters<Questions[Q]>): Promise<ReturnType<Questions[Q]>>;
  dispose(): void;
}

export function startPeer(kind: PeerKind): Peer {
  const child = fork(`${folder}${kind.script}`, kind.arguments, { serialization: 'advanced' });
  return {
    ask: async (question, argument?: unknown) => (await answerOf(child, { question, argument })) as never,
    dispose: () => child.kill(),
  };
}

async function answerOf(child: ChildProcess, message: object): Promise<unknown> {
  const ended = new AbortController();
  try {
    child.send(message);
    const reply = await Promise.race([
      once(child, 'message', ended).then(([reply]) => reply as { answer?: unknown; error?: string }),
      once(child, 'exit', ended).then(([code]) => ({ error: `it ended with code ${code}`, answer: undefined })),
    ]);
    if (reply.error !== undefined) throw new Error(`${child.spawnargs.at(1)}: ${reply.error}`);
    return reply.answer;
  } finally {
    ended.abort();
  }
}
