import { fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Round } from './throughput.js';

const folder = fileURLToPath(new URL('../photo-peers/', import.meta.url));

/** transformers.js in a process of its own: its ONNX Runtime must not meet ours. */
export interface TransformersJs {
  /** The milliseconds in which a photograph becomes a tensor. */
  time(path: string): Promise<number>;
  dispose(): void;
}

const isInstalled = (): boolean => existsSync(`${folder}node_modules/@huggingface/transformers`);

/** Its pipeline of features, with a model in a folder. Undefined where it is not installed. */
export async function startPipeline(
  model: string,
): Promise<{ readonly round: Round; readonly dispose: () => void } | undefined> {
  if (!isInstalled()) return undefined;
  const child = fork(`${folder}pipeline.mjs`, [model]);
  await once(child, 'message');
  return {
    async round(paths) {
      child.send(paths);
      const [{ milliseconds }] = (await once(child, 'message')) as [{ milliseconds: number }];
      return milliseconds;
    },
    dispose: () => child.kill(),
  };
}

/** Undefined where it is not installed. */
export function startTransformersJs(side: number): TransformersJs | undefined {
  if (!isInstalled()) return undefined;
  const child = fork(`${folder}transformers.mjs`, [String(side)]);
  return {
    async time(path) {
      child.send(path);
      const [{ milliseconds }] = (await once(child, 'message')) as [{ milliseconds: number }];
      return milliseconds;
    },
    dispose: () => child.kill(),
  };
}

export const toInstall =
  'transformers.js is not installed. To install it (470 MB): npm install --ignore-scripts --prefix tools/bench/photo-peers';
