import { tooLarge } from './media-error.js';
import type { Access } from './read-access.js';

export interface ReadLimits {
  /** How errors call it. */
  readonly name: string;
  readonly maxBytes: number;
  /** A server that sends nothing for so long is given up. */
  readonly idleSeconds: number;
  /** Undefined: everything may be read. */
  readonly access: Access | undefined;
  readonly signal: AbortSignal | undefined;
}

/** Throws SENSORIUM_MEDIA_TOO_LARGE. */
export function checkBytes(size: number, { name, maxBytes }: Pick<ReadLimits, 'name' | 'maxBytes'>): void {
  if (size <= maxBytes) return;
  throw tooLarge(name, `has ${size} bytes; the limit is ${maxBytes}`, 'Make it smaller, or raise the limit.');
}
