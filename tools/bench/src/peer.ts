import type { Tensors } from '@sensorium/contracts';

/** Another engine, in a process of its own. It is not installed with this workspace. */
export interface PeerKind {
  readonly name: 'jax-js' | 'tfjs' | 'pytorch';
  readonly variant: string;
  /** How one gets it, for people. */
  readonly installation: string;
  /** undefined where it is not installed. */
  version(): string | undefined;
  start(): Peer;
}

export const notInstalled = ({ name, installation }: PeerKind): string =>
  `${name} is not installed, and so not measured. To install it: ${installation}`;

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
  /** By the names of the parameters, at their present values on the first batch. Of jax-js alone. */
  gradients(): Record<string, Float32Array>;
}

export interface Peer {
  ask<Q extends keyof Questions>(question: Q, ...argument: Parameters<Questions[Q]>): Promise<ReturnType<Questions[Q]>>;
  dispose(): void;
}

export const peersFolder = new URL('../peers/', import.meta.url);

/** Waits for one of two: the answer of a process, or its end, which is an error. */
export async function answerOrEnd<T>(
  name: string,
  answer: (signal: AbortSignal) => Promise<T>,
  end: (signal: AbortSignal) => Promise<unknown>,
): Promise<T> {
  const settled = new AbortController();
  const ended = async (): Promise<never> => {
    throw new Error(`${name} ended with code ${String(await end(settled.signal))}`);
  };
  try {
    return await Promise.race([answer(settled.signal), ended()]);
  } finally {
    settled.abort();
  }
}
