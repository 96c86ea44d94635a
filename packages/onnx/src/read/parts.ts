import type { DescMessage } from '@bufbuild/protobuf';
import { BinaryReader, WireType } from '@bufbuild/protobuf/wire';
import { badModel, ModelProtoSchema } from '@sensorium/graph/protobuf';

/** Far more messages (nodes, tensors, attributes, sizes, …) than any model has. In memory each takes some hundred bytes. */
const MOST = 2_000_000;

/** A message inside the file, as bytes. */
interface Part {
  readonly schema: DescMessage;
  readonly bytes: Uint8Array;
}

/**
 * Throws SENSORIUM_BAD_MODEL for a file of so many parts that it would need far more memory than its length tells, before
 * anything is made of it. Throws what the reader throws for one that is damaged.
 */
export function checkParts(model: Uint8Array): void {
  const waiting: Part[] = [{ schema: ModelProtoSchema, bytes: model }];
  let count = 0;
  for (let part = waiting.pop(); part; part = waiting.pop()) {
    for (const inside of partsOf(part)) {
      if (++count > MOST) {
        throw badModel(
          `this ONNX model has over ${MOST} parts`,
          'No network has so many; the file is damaged or made to do harm.',
        );
      }
      waiting.push(inside);
    }
  }
}

const messagesIn = new WeakMap<DescMessage, ReadonlyMap<number, DescMessage>>();

/** The kinds of messages inside one of a kind, by the numbers of fields. */
function messagesOf(schema: DescMessage): ReadonlyMap<number, DescMessage> {
  const known = messagesIn.get(schema);
  if (known) return known;
  const found = new Map(schema.fields.flatMap(({ number, message }) => (message ? [[number, message] as const] : [])));
  messagesIn.set(schema, found);
  return found;
}

function* partsOf({ schema, bytes }: Part): Generator<Part> {
  const messages = messagesOf(schema);
  const reader = new BinaryReader(bytes);
  while (reader.pos < reader.len) {
    const [field, type] = reader.tag();
    const inside = type === WireType.LengthDelimited ? messages.get(field) : undefined;
    if (inside) yield { schema: inside, bytes: reader.bytes() };
    else reader.skip(type, field);
  }
}
