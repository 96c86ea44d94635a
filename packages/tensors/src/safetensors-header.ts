/** What is wrong with a safetensors file, in words for people. */
export class DamagedTensors extends Error {}

/** A tensor as the header describes it. Offsets are bytes behind the header. */
export interface Entry {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data_offsets: readonly [number, number];
}

export interface Header {
  readonly entries: readonly (readonly [string, Entry])[];
  readonly metadata: Record<string, string>;
  /** The bytes behind the header. */
  readonly body: Uint8Array;
}

/** The format's own limit: https://github.com/huggingface/safetensors#format */
const LONGEST_HEADER = 100_000_000;
/** No shape of a model is so deep. */
const MOST_AXES = 64;
const LONGEST_NAME = 1000;

/**
 * Reads the header, and throws DamagedTensors unless its entries fill the body without gaps and overlaps: what is read of
 * the file then takes no more memory than the file.
 */
export function readHeader(file: Uint8Array): Header {
  if (file.length < 8) throw new DamagedTensors('this is not a safetensors file: it has less than 8 bytes');
  const length = Number(new DataView(file.buffer, file.byteOffset, 8).getBigUint64(0, true));
  if (length > LONGEST_HEADER || length > file.length - 8) {
    throw new DamagedTensors('this is not a whole safetensors file: its header is longer than the file');
  }
  const text = new TextDecoder('utf-8', { fatal: true }).decode(file.subarray(8, 8 + length));
  const header: unknown = JSON.parse(text);
  if (!isRecord(header)) throw new DamagedTensors('this is not a safetensors file: its header is not an object');
  const body = file.subarray(8 + length);
  const { __metadata__: metadata = {}, ...described } = header;
  const entries = Object.entries(described).map(([name, entry]) => [name, entryOf(name, entry)] as const);
  requireFilled(entries, body.length);
  return { entries, metadata: metadataOf(metadata), body };
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0;

const isCounts = (value: unknown): value is number[] => Array.isArray(value) && value.every(isCount);

function metadataOf(metadata: unknown): Record<string, string> {
  if (isRecord(metadata) && Object.values(metadata).every((value) => typeof value === 'string')) {
    return metadata as Record<string, string>;
  }
  throw new DamagedTensors('"__metadata__" of the header is not a map of texts');
}

function entryOf(name: string, entry: unknown): Entry {
  if (name.length > LONGEST_NAME) {
    throw new DamagedTensors(`the name of a tensor has ${name.length} characters: "${name.slice(0, 40)}…"`);
  }
  if (isRecord(entry)) {
    const { dtype, shape, data_offsets: offsets } = entry;
    const isPlace = isCounts(offsets) && offsets.length === 2;
    if (typeof dtype === 'string' && isCounts(shape) && shape.length <= MOST_AXES && isPlace) {
      return entry as unknown as Entry;
    }
  }
  throw new DamagedTensors(`the header describes the tensor "${name}" wrongly: it needs dtype, shape and data_offsets`);
}

/** Throws where a byte behind the header belongs to two tensors or to none. */
function requireFilled(entries: Header['entries'], length: number): void {
  const order = [...entries].sort(([, { data_offsets: a }], [, { data_offsets: b }]) => a[0] - b[0] || a[1] - b[1]);
  let end = 0;
  for (const [name, entry] of order) {
    const [start, stop] = entry.data_offsets;
    if (start !== end || stop < start) {
      throw new DamagedTensors(
        `the tensor "${name}" lies at bytes ${start} to ${stop}; expected them to begin at ${end}, where the one before ends`,
      );
    }
    if (stop > length) throw new DamagedTensors(`the file ends inside the tensor "${name}"`);
    end = stop;
  }
  if (end !== length) {
    throw new DamagedTensors(`${length - end} bytes at the end of the file belong to no tensor`);
  }
}
