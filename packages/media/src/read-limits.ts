import { tooLarge } from './media-error.js';

export interface ReadLimits {
  /** How errors call it. */
  readonly name: string;
  readonly maxBytes: number;
  readonly signal?: AbortSignal;
}

/** Throws SENSORIUM_MEDIA_TOO_LARGE. */
export function checkBytes(size: number, { name, maxBytes }: ReadLimits): void {
  if (size <= maxBytes) return;
  throw tooLarge(name, `has ${size} bytes; the limit is ${maxBytes}`, 'Make it smaller, or raise the limit.');
}
