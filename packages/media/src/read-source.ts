import type { IO, Source } from '@sensorium/contracts';
import { describeValue } from './describe-value.js';
import { looksLikeBase64 } from './looks-like.js';
import { badMedia } from './media-error.js';
import { checkBytes } from './read-limits.js';

const LONGEST_NAME = 200;

/** How errors call an address. Secrets in URLs (passwords, queries) do not belong in them. */
export function nameOfAddress(address: string | URL): string {
  const text = String(address);
  if (/^data:[^,]*,/i.test(text)) return 'data URL';
  const name = withoutSecrets(text);
  return name.length > LONGEST_NAME ? `${name.slice(0, LONGEST_NAME)}…` : name;
}

/** A URL without user, password, query and fragment, as it was written otherwise. Texts that are none stay as they are. */
function withoutSecrets(text: string): string {
  const [, scheme, rest] = /^([a-z][a-z0-9+.-]+:[\\/]+)([^?#]*)/i.exec(text) ?? [];
  if (scheme === undefined || rest === undefined) return text;
  // In one that is no URL, a password may have any character.
  const authority = isValid(text) ? rest.replace(/[\\/][^]*$/, '') : rest;
  return scheme + rest.slice(authority.lastIndexOf('@') + 1);
}

function isValid(url: string): boolean {
  try {
    return Boolean(new URL(url));
  } catch {
    return false;
  }
}

/** How errors call a source: by the name that `io` has for it, its address without secrets, or its file name. */
export function nameOf(source: Source, io: IO): string {
  if (io.name !== undefined) return nameOfAddress(io.name);
  if (isAddress(source)) return nameOfAddress(source);
  if (source instanceof Blob && 'name' in source && typeof source.name === 'string') return source.name;
  return source instanceof Blob || isBytes(source) ? 'bytes in memory' : 'value';
}

/**
 * The bytes of a source: of what a string or URL names, through `io`, or of a Uint8Array, an ArrayBuffer, a Blob. Throws
 * SENSORIUM_MEDIA_TOO_LARGE beyond `maxBytes` or `io.limits.bytes`, SENSORIUM_BAD_MEDIA for anything else, the signal's
 * reason, and what `io.read` throws.
 */
export async function readBytes(source: Source, io: IO, maxBytes: number): Promise<Uint8Array> {
  io.signal?.throwIfAborted();
  const limits = { name: nameOf(source, io), maxBytes: Math.min(maxBytes, io.limits?.['bytes'] ?? Infinity) };
  if (source instanceof Blob) checkBytes(source.size, limits);
  const bytes = await bytesOf(source, io, limits);
  checkBytes(bytes.byteLength, limits);
  return bytes;
}

async function bytesOf(source: Source, io: IO, { name, maxBytes }: { name: string; maxBytes: number }) {
  if (isAddress(source)) return readNamed(source, io, { name, maxBytes });
  if (source instanceof Blob) return new Uint8Array(await source.arrayBuffer());
  if (isBytes(source)) return source instanceof Uint8Array ? source : new Uint8Array(source);
  throw badMedia(name, `is ${describeValue(source)}; expected a path, a URL, bytes, a Blob or a decoded value`);
}

async function readNamed(address: string | URL, io: IO, { name, maxBytes }: { name: string; maxBytes: number }) {
  try {
    return await io.read(address, { maxBytes });
  } catch (cause) {
    io.signal?.throwIfAborted();
    const inside = looksLikeBase64(String(address));
    if (inside === undefined) throw cause;
    const hint = 'Write "data:;base64," before it, or give the path of a file.';
    throw badMedia(name, `is no path: it looks like ${inside}, written in base64`, { hint, cause });
  }
}

const isAddress = (source: Source): source is string | URL => typeof source === 'string' || source instanceof URL;

const isBytes = (source: Source): source is Uint8Array | ArrayBuffer =>
  source instanceof Uint8Array || source instanceof ArrayBuffer;
