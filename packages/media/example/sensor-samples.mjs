// What a sensor measured at every pixel, as files have it: PNG (grey, 8 or 16 bits), PGM, NPY; other pictures that are grey.
// npm install sharp
import { Buffer } from 'node:buffer';
import { readFile } from 'node:fs/promises';

/** A path or the bytes of a file → { width, height, data: the file's own numbers }. */
export async function readSamples(source) {
  const bytes = typeof source === 'string' ? await readFile(source) : Buffer.from(source);
  const head = bytes.toString('latin1', 0, 256);
  if (head.startsWith('\x93NUMPY')) return fromNpy(bytes);
  return head.startsWith('P5') ? fromPgm(bytes, head) : fromPicture(bytes);
}

async function fromPicture(bytes) {
  const { default: sharp } = await import('sharp');
  const picture = sharp(bytes, { failOn: 'error', limitInputPixels: false });
  const { space, channels: given, depth } = await picture.metadata();
  const deep = depth === 'ushort';
  const plain = given === 1 ? picture.toColourspace(deep ? 'grey16' : 'b-w') : picture.toColourspace(space);
  const { data, info } = await plain
    .autoOrient()
    .raw({ depth: deep ? 'ushort' : 'uchar' })
    .toBuffer({ resolveWithObject: true });
  const { width, height, channels } = info;
  const numbers = deep ? new Uint16Array(data.buffer, data.byteOffset, data.length / 2) : data;
  if (channels === 1) return { width, height, data: numbers };
  // Grey that was saved as RGB: its luma.
  const luma = (_, pixel) => {
    const [red, green, blue] = numbers.subarray(channels * pixel, channels * pixel + 3);
    return Math.round(0.299 * red + 0.587 * green + 0.114 * blue);
  };
  return { width, height, data: numbers.constructor.from({ length: width * height }, luma) };
}

/** A byte each up to a maximum of 255, otherwise two, the larger one first. */
function fromPgm(bytes, head) {
  const [start, ...numbers] = /^P5(?:\s|#[^\n]*\n)+(\d+)(?:\s|#[^\n]*\n)+(\d+)(?:\s|#[^\n]*\n)+(\d+)\s/.exec(head);
  const [width, height, most] = numbers.map(Number);
  const pixels = bytes.subarray(start.length);
  if (most < 256) return { width, height, data: pixels.subarray(0, width * height) };
  return {
    width,
    height,
    data: Uint16Array.from({ length: width * height }, (_, at) => pixels.readUInt16BE(2 * at)),
  };
}

/** [height,width] of NumPy, row by row. */
function fromNpy(bytes) {
  const [first, length] = bytes[6] === 1 ? [10, bytes.readUInt16LE(8)] : [12, bytes.readUInt32LE(8)];
  const header = bytes.toString('latin1', first, first + length);
  const [, type] = /'descr': '[<|=]([uif]\d)'/.exec(header) ?? [];
  const [height, width] = (/'shape': \(([^)]*)\)/.exec(header)?.[1].match(/\d+/g) ?? [])
    .map(Number)
    .filter((size) => size > 1);
  const Numbers = arrays[type];
  if (Numbers === undefined || width === undefined || header.includes('True')) {
    throw new Error('give an array [height,width], little-endian, row by row');
  }
  const own = new Numbers(new Uint8Array(bytes.subarray(first + length)).buffer);
  return { width, height, data: type === 'u1' || type === 'u2' ? own : Float32Array.from(own, Number) };
}

const arrays = {
  u1: Uint8Array,
  i1: Int8Array,
  u2: Uint16Array,
  i2: Int16Array,
  u4: Uint32Array,
  i4: Int32Array,
  f4: Float32Array,
  f8: Float64Array,
};

/**
 * A square [side,side]: each is the mean of what it covers, weighed by area, of what is a value there; NaN where it covers none.
 * `squeeze`: distorted; `contain`: all of it, with nothing around; `cover`: its largest centred part.
 */
export function fitSamples({ width, height, data }, side, mode, isValue) {
  const scale = (mode === 'contain' ? Math.max(width, height) : Math.min(width, height)) / side;
  const [across, down] = mode === 'squeeze' ? [width / side, height / side] : [scale, scale];
  const [columns, rows] = [covers(width, side, across), covers(height, side, down)];
  return Float32Array.from({ length: side * side }, (_, index) => {
    let [sum, area] = [0, 0];
    for (const [y, rowShare] of rows[Math.floor(index / side)]) {
      for (const [x, columnShare] of columns[index % side]) {
        const value = data[y * width + x];
        if (!isValue(value)) continue;
        sum += value * rowShare * columnShare;
        area += rowShare * columnShare;
      }
    }
    return sum / area;
  });
}

/** Which of `count` pixels each of `side` new ones covers, and how much of each. */
function covers(count, side, scale) {
  const begin = (count - side * scale) / 2;
  return Array.from({ length: side }, (_, index) => {
    const [from, to] = [Math.max(0, begin + index * scale), Math.min(count, begin + (index + 1) * scale)];
    const first = Math.floor(from);
    const pixels = Math.max(0, Math.ceil(to) - first);
    return Array.from({ length: pixels }, (_, at) => [
      first + at,
      Math.min(to, first + at + 1) - Math.max(from, first + at),
    ]);
  });
}
