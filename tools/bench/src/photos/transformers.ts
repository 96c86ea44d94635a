import { fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('../photo-peers/', import.meta.url));

/** transformers.js in a process of its own: its ONNX Runtime must not meet ours. */
export interface TransformersJs {
  /** The milliseconds in which a photograph becomes a tensor. */
  time(path: string): Promise<number>;
  dispose(): void;
}

/** Undefined where it is not installed. */
export function startTransformersJs(side: number): TransformersJs | undefined {
  if (!existsSync(`${folder}node_modules/@huggingface/transformers`)) return undefined;
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
