import { availableParallelism, cpus, totalmem } from 'node:os';
import process from 'node:process';
import { env } from 'onnxruntime-node';
import { peerKinds } from './peers.js';

/** What the numbers were measured on. */
export function machine(): Record<string, unknown> {
  return {
    processor: cpus()[0]?.model.trim() ?? 'unknown',
    threads: availableParallelism(),
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    platform: `${process.platform} ${process.arch}`,
  };
}

export function versions(): Record<string, string | null> {
  return {
    node: process.versions.node,
    onnxruntime: env.versions.node ?? env.versions.common,
    ...Object.fromEntries(peerKinds.map((kind) => [kind.name, kind.version() ?? null])),
  };
}
