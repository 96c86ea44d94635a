import { createHash } from 'node:crypto';
import { required, type Random } from '@sensorium/contracts';
import { changeJson } from './json.js';
import { partOf, pick, type Mutation } from './mutation.js';
import { partsOf, safeTensorsOf } from './safetensors.js';

/** A checkpoint: where training stands is JSON within its free text. */
interface Checkpoint {
  readonly position: unknown;
  readonly text: Readonly<Record<string, string>>;
  readonly tensors: Readonly<Record<string, unknown>>;
  readonly body: Uint8Array;
}

function read(bytes: Uint8Array): Checkpoint | undefined {
  const parts = partsOf(bytes);
  if (!parts) return undefined;
  const { __metadata__, ...tensors } = parts.header as Record<string, unknown>;
  const text = __metadata__ as Record<string, string>;
  return { position: JSON.parse(required(text['position'], 'the position')), text, tensors, body: parts.body };
}

/** With a checksum that is right. */
function write({ position, text, tensors, body }: Checkpoint): Uint8Array {
  const { sha256: _, ...others } = text;
  const unsealed = { sha256: '0'.repeat(64), ...others, position: JSON.stringify(position) };
  const bytes = safeTensorsOf({ __metadata__: unsealed, ...tensors }, body);
  const start = 8 + '{"__metadata__":{"sha256":"'.length;
  bytes.set(Buffer.from(hash(hash(bytes.subarray(start + 64)))), start);
  return bytes;
}

const hash = (data: Uint8Array | string): string => createHash('sha256').update(data).digest('hex');

/** The same checkpoint, had every epoch taken a second: what depends on the moment cannot be made again from a seed. */
export function withoutTimes(bytes: Uint8Array): Uint8Array {
  const checkpoint = required(read(bytes), 'a checkpoint');
  const timeless = (key: string, value: unknown): unknown => (key === 'seconds' ? 1 : value);
  return write({ ...checkpoint, position: JSON.parse(JSON.stringify(checkpoint.position), timeless) });
}

const changes: readonly ((checkpoint: Checkpoint, random: Random) => Checkpoint)[] = [
  (checkpoint, random) => ({ ...checkpoint, position: changeJson(checkpoint.position, random) }),
  (checkpoint, random) => ({ ...checkpoint, position: changeJson(checkpoint.position, random) }),
  (checkpoint, random) => ({ ...checkpoint, tensors: changeJson(checkpoint.tensors, random) as Checkpoint['tensors'] }),
  (checkpoint, random) => {
    const body = Uint8Array.from(checkpoint.body);
    body.fill(pick(random, [0, 127, 255]), ...partOf(random, body));
    return { ...checkpoint, body };
  },
];

/** Somebody's own checkpoint, whose checksum is right: what is behind it must hold as well. */
export const forgery: Mutation = {
  name: 'made up and sealed',
  apply(bytes, { random }) {
    const checkpoint = read(bytes);
    return checkpoint && write(pick(random, changes)(checkpoint, random));
  },
};
