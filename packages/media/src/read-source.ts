import type { Media, MediaSource } from '@sensorium/contracts';
import { badMedia, tooLarge } from './media-error.js';

export interface ReadLimits {
  /** How errors call it. */
  readonly name: string;
  readonly maxBytes: number;
  readonly signal?: AbortSignal;
}

/** Reads what a path or URL names. The one thing, besides decoding pictures, in which platforms differ. */
export type ReadLocation = (location: string, limits: ReadLimits) => Promise<Uint8Array>;

const longestName = 200;

/** How errors call a source that was given no name. Secrets in URLs (passwords, queries) do not belong into them. */
export function nameOf(source: MediaSource): string {
  if (typeof source === 'string' || source instanceof URL) {
    const location = String(source);
    if (/^data:/i.test(location)) return 'data URL';
    return location.replace(/^(https?:\/\/)(?:[^/@]*@)?([^?#]*).*$/i, '$1$2').slice(0, longestName);
  }
  if (source instanceof Blob && 'name' in source && typeof source.name === 'string') return source.name;
  return 'bytes in memory';
}

/** The bytes of any source that is not decoded yet. Throws SENSORIUM_BAD_MEDIA for something else, or nothing. */
export async function readSource(
  source: Exclude<MediaSource, Media>,
  limits: ReadLimits,
  readLocation: ReadLocation,
): Promise<Uint8Array> {
  const { name, maxBytes, signal } = limits;
  signal?.throwIfAborted();
  if (typeof source === 'string' || source instanceof URL) return readLocation(String(source), limits);
  if (source instanceof Blob) {
    checkBytes(source.size, name, maxBytes);
    return new Uint8Array(await source.arrayBuffer());
  }
  if (source instanceof Uint8Array || source instanceof ArrayBuffer) {
    checkBytes(source.byteLength, name, maxBytes);
    return source instanceof Uint8Array ? source : new Uint8Array(source);
  }
  const given = source === null ? 'null' : typeof source;
  throw badMedia(name, `is ${given}; expected a path, a URL, bytes, a Blob or a decoded value`);
}

export function checkBytes(size: number, name: string, maxBytes: number): void {
  if (size <= maxBytes) return;
  throw tooLarge(name, `has ${size} bytes; the limit is ${maxBytes}`, 'Make it smaller, or raise the limit.');
}

/** Whether a source is a decoded value already. */
export function isMedia(source: MediaSource): source is Media {
  return typeof source === 'object' && source !== null && 'kind' in source;
}
