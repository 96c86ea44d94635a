/** Where the bytes of a tensor lie in a file. */
export interface StoredBytes {
  readonly offset: number;
  readonly length: number;
}

/** Fields of ONNX's messages on the way to the bytes of a tensor. */
const [GRAPH_OF_MODEL, INITIALIZER_OF_GRAPH, NAME_OF_TENSOR, RAW_DATA_OF_TENSOR] = [7, 5, 8, 9];

/** Where the raw bytes of each stored tensor of an ONNX file lie, by name. */
export function storedBytes(file: Uint8Array): Map<string, StoredBytes> {
  const found = new Map<string, StoredBytes>();
  const utf8 = new TextDecoder();
  for (const graph of fieldsOf(file, { offset: 0, length: file.length }, GRAPH_OF_MODEL)) {
    for (const tensor of fieldsOf(file, graph, INITIALIZER_OF_GRAPH)) {
      const [name] = fieldsOf(file, tensor, NAME_OF_TENSOR);
      const [raw] = fieldsOf(file, tensor, RAW_DATA_OF_TENSOR);
      if (name && raw) found.set(utf8.decode(file.subarray(name.offset, name.offset + name.length)), raw);
    }
  }
  return found;
}

/** The contents of a field with a length of a message of Protocol Buffers, in their order. */
function fieldsOf(file: Uint8Array, { offset, length }: StoredBytes, field: number): StoredBytes[] {
  const found: StoredBytes[] = [];
  const end = offset + length;
  let at = offset;
  const varint = (): number => {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = file[at++];
      if (byte === undefined) throw new Error('a message of Protocol Buffers ends within a number');
      value += (byte & 127) * factor;
      if (byte < 128) return value;
    }
  };
  while (at < end) {
    const tag = varint();
    const [number, wireType] = [Math.floor(tag / 8), tag % 8];
    if (wireType === 0) varint();
    else if (wireType === 1) at += 8;
    else if (wireType === 5) at += 4;
    else {
      const size = varint();
      if (number === field) found.push({ offset: at, length: size });
      at += size;
    }
  }
  return found;
}
