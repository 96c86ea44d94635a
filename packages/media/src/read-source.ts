import type { IO, Source } from '@sensorium/contracts';
import { describeValue } from './describe-value.js';
import { badMedia } from './media-error.js';
import { checkBytes } from './read-limits.js';

const longestName = 200;

/** How errors call an address. Secrets in URLs (passwords, queries) do not belong in them. */
export function nameOfAddress(address: string | URL): string {
  const text = String(address);
  if (/^data:/i.test(text)) return 'data URL';
  return text.replace(/^(https?:\/\/)(?:[^/@]*@)?([^?#]*).*$/i, '$1$2').slice(0, longestName);
}

/** How errors call a source: by the name that `io` has for it, its address without secrets, or its file name. */
export function nameOf(source: Source, io: IO): string {
  if (io.name !== undefined) return io.name;
  if (isAddress(source)) return nameOfAddress(source);
  if (source instanceof Blob && 'name' in source && typeof source.name === 'string') return source.name;
  return source instanceof Blob || isBytes(source) ? 'bytes in memory' : 'value';
}

/**
 * The bytes of a source: of what a string or URL names, through `io`, or of a Uint8Array, an ArrayBuffer, a Blob. Throws
 * SENSORIUM_MEDIA_TOO_LARGE beyond `maxBytes`, SENSORIUM_BAD_MEDIA for anything else, the signal's reason, and what
 * `io.read` throws.
 */
export async function readBytes(source: Source, io: IO, maxBytes: number): Promise<Uint8Array> {
  io.signal?.throwIfAborted();
  const limits = { name: nameOf(source, io), maxBytes };
  if (source instanceof Blob) checkBytes(source.size, limits);
  const bytes = await bytesOf(source, io, limits);
  checkBytes(bytes.byteLength, limits);
  return bytes;
}

async function bytesOf(source: Source, io: IO, { name, maxBytes }: { name: string; maxBytes: number }) {
  if (isAddress(source)) return io.read(source, { maxBytes });
  if (source instanceof Blob) return new Uint8Array(await source.arrayBuffer());
  if (isBytes(source)) return source instanceof Uint8Array ? source : new Uint8Array(source);
  throw badMedia(name, `is ${describeValue(source)}; expected a path, a URL, bytes, a Blob or a decoded value`);
}

const isAddress = (source: Source): source is string | URL => typeof source === 'string' || source instanceof URL;

const isBytes = (source: Source): source is Uint8Array | ArrayBuffer =>
  source instanceof Uint8Array || source instanceof ArrayBuffer;
