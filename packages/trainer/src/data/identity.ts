import { SensoriumError, type Source } from '@sensorium/contracts';
import { sha256 } from '@sensorium/data';

/**
 * A text that two values share if and only if they are the same: of texts, numbers and booleans themselves, of lists,
 * objects, bytes, Blobs and decoded values the SHA-256 of all that they hold. Throws SENSORIUM_BAD_TABLE for objects whose
 * content cannot be read: a canvas, a stream.
 */
export function identityOf(source: Source): string | Promise<string> {
  return typeof source === 'object' ? hashOf(source) : JSON.stringify(source);
}

const hashOf = async (source: object): Promise<string> => `sha256:${await sha256(await describe(source))}`;

/** A value as text: JSON, in which bytes are replaced by their hashes. */
async function describe(value: unknown): Promise<string> {
  if (value instanceof Blob) return bytesOf('Blob', new Uint8Array(await value.arrayBuffer()));
  if (value instanceof ArrayBuffer) return bytesOf('ArrayBuffer', new Uint8Array(value));
  if (ArrayBuffer.isView(value)) {
    const { buffer, byteOffset, byteLength } = value;
    return bytesOf(value.constructor.name, new Uint8Array(buffer, byteOffset, byteLength));
  }
  if (value instanceof URL || value instanceof Date) return `${value.constructor.name} ${JSON.stringify(value)}`;
  if (Array.isArray(value)) return `[${(await Promise.all(value.map(describe))).join(',')}]`;
  if (typeof value !== 'object' || value === null) return describePrimitive(value);
  if (!isPlain(value)) throw unreadable(value);
  const fields = Object.entries(value).map(async ([key, field]) => `${JSON.stringify(key)}:${await describe(field)}`);
  return `{${(await Promise.all(fields)).join(',')}}`;
}

/** NaN and infinite numbers, which JSON has not, may stand in decoded values. */
function describePrimitive(value: unknown): string {
  if (typeof value === 'number' || typeof value === 'bigint' || value === undefined) return String(value);
  if (typeof value === 'string' || typeof value === 'boolean' || value === null) return JSON.stringify(value);
  throw unreadable(value);
}

const bytesOf = async (type: string, bytes: Uint8Array): Promise<string> => `${type} ${await sha256(bytes)}`;

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function unreadable(value: unknown): SensoriumError {
  const type = typeof value === 'object' && value !== null ? value.constructor.name : typeof value;
  return new SensoriumError({
    code: 'SENSORIUM_BAD_TABLE',
    message: `a cell holds a ${type}, whose content cannot be read`,
    hint: 'Give a path, a URL, bytes, a Blob, JSON, or the decoded value.',
  });
}
