import { badMedia } from './media-error.js';

export interface ExrChannel {
  readonly name: string;
  readonly type: 'uint' | 'half' | 'float';
}

export const SAMPLE_BYTES: Readonly<Record<ExrChannel['type'], number>> = { uint: 4, half: 2, float: 4 };

export interface ExrHeader {
  readonly width: number;
  readonly height: number;
  /** The number of the first line. */
  readonly top: number;
  /** In the order of the file. */
  readonly channels: readonly ExrChannel[];
  readonly linesPerChunk: number;
  /** Where the table of the chunks' offsets begins. */
  readonly offsets: number;
}

const TYPES = ['uint', 'half', 'float'] as const;
const COMPRESSIONS = ['none', 'RLE', 'ZIPS', 'ZIP', 'PIZ', 'PXR24', 'B44', 'B44A', 'DWAA', 'DWAB'];
const LINES: Readonly<Record<string, number>> = { none: 1, ZIPS: 1, ZIP: 16 };
/** Bits of the version: tiles, deep data, several parts. */
const UNREAD = 0x200 | 0x800 | 0x1000;

/** Throws SENSORIUM_BAD_MEDIA for a kind that is not read, and another error for damaged bytes. */
export function readExrHeader(bytes: Uint8Array, name: string): ExrHeader {
  const cursor = new Cursor(bytes);
  const refuse = (what: string): Error => {
    const hint = 'Save it as scan lines in one part, with the compression ZIP or none.';
    return badMedia(name, `is an OpenEXR file ${what}, which is not read`, { hint });
  };
  cursor.at = 4;
  if (cursor.int() & UNREAD) throw refuse('of tiles, deep data or several parts');
  const { attributes, end } = readAttributes(cursor);
  const compression = COMPRESSIONS[attribute(attributes, 'compression').byte()];
  const linesPerChunk = LINES[String(compression)];
  if (linesPerChunk === undefined) throw refuse(`with the compression ${compression}`);
  const window = attribute(attributes, 'dataWindow');
  const [left, top, right, bottom] = [window.int(), window.int(), window.int(), window.int()];
  const [width, height] = [right - left + 1, bottom - top + 1];
  if (width < 1 || height < 1) throw new Error(`it says that it is ${width}×${height}`);
  const channels = readChannels(attribute(attributes, 'channels'));
  if (!channels) throw refuse('with channels of different sizes');
  return { width, height, top, channels, linesPerChunk, offsets: end };
}

type Attributes = ReadonlyMap<string, Cursor>;

function readAttributes(cursor: Cursor): { attributes: Attributes; end: number } {
  const attributes = new Map<string, Cursor>();
  for (let name = cursor.text(); name !== ''; name = cursor.text()) {
    cursor.text();
    const size = cursor.int();
    attributes.set(name, new Cursor(cursor.bytes, cursor.at));
    cursor.at += size;
  }
  return { attributes, end: cursor.at };
}

function attribute(attributes: Attributes, name: string): Cursor {
  const found = attributes.get(name);
  if (!found) throw new Error(`it has no ${name}`);
  return found;
}

/** Undefined where one has fewer samples than others. */
function readChannels(cursor: Cursor): ExrChannel[] | undefined {
  const channels: ExrChannel[] = [];
  for (let name = cursor.text(); name !== ''; name = cursor.text()) {
    const type = TYPES[cursor.int()];
    if (!type) throw new Error(`the channel ${name} has an unknown type`);
    // Whether it is linear, and three bytes without meaning.
    cursor.int();
    if (cursor.int() !== 1 || cursor.int() !== 1) return undefined;
    channels.push({ name, type });
  }
  return channels;
}

/** Reads one after the other; beyond the end it throws a RangeError. */
class Cursor {
  private readonly view: DataView;

  constructor(
    readonly bytes: Uint8Array,
    public at = 0,
  ) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  byte(): number {
    return this.view.getUint8(this.at++);
  }

  int(): number {
    this.at += 4;
    return this.view.getInt32(this.at - 4, true);
  }

  /** Ends with a zero. */
  text(): string {
    let text = '';
    for (let code = this.byte(); code !== 0; code = this.byte()) text += String.fromCharCode(code);
    return text;
  }
}
