import { crc32, deflateSync } from 'node:zlib';
import { encodePng, type Raster } from '../index.js';

/** A PNG with one more chunk, before the pixels. */
export async function pngWith(raster: Raster, type: string, data: Uint8Array): Promise<Uint8Array> {
  const png = await encodePng(raster);
  const body = Buffer.concat([Buffer.from(type), data]);
  const chunk = Buffer.alloc(body.length + 8);
  chunk.writeUInt32BE(data.length);
  body.copy(chunk, 4);
  chunk.writeUInt32BE(crc32(body), body.length + 4);
  return Buffer.concat([png.subarray(0, 33), chunk, png.subarray(33)]);
}

/** A PNG with a colour profile. */
export const pngWithProfile = (raster: Raster, profile: Uint8Array): Promise<Uint8Array> =>
  pngWith(raster, 'iCCP', Buffer.concat([Buffer.from('profile\0\0'), deflateSync(profile)]));

/** An ICC profile (version 2) of grey that is linear in light: `curv` of one exponent, 1. */
export function linearGreyProfile(): Uint8Array {
  const d50 = [0xf6d6, 0x10000, 0xd32d];
  const tags = [
    ['desc', [...ascii('desc'), 0, 0, 0, 0, ...uint32(5), ...ascii('grey\0'), ...new Array<number>(79).fill(0)]],
    ['wtpt', [...ascii('XYZ '), 0, 0, 0, 0, ...d50.flatMap(uint32)]],
    ['kTRC', [...ascii('curv'), 0, 0, 0, 0, ...uint32(1), 1, 0]],
  ] as const;
  const start = 128 + 4 + 12 * tags.length;
  const places: number[] = [];
  const data: number[] = [];
  for (const [tag, bytes] of tags) {
    places.push(...ascii(tag), ...uint32(start + data.length), ...uint32(bytes.length));
    data.push(...bytes, ...new Array<number>((4 - (bytes.length % 4)) % 4).fill(0));
  }
  const profile = Buffer.alloc(start + data.length);
  profile.writeUInt32BE(profile.length);
  profile.writeUInt32BE(0x02100000, 8);
  profile.write('mntrGRAYXYZ ', 12);
  profile.write('acsp', 36);
  profile.set(d50.flatMap(uint32), 68);
  profile.set([...uint32(tags.length), ...places, ...data], 128);
  return profile;
}

const ascii = (text: string): number[] => [...Buffer.from(text, 'latin1')];
const uint32 = (value: number): number[] => [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255];

export interface TiffOptions {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  /** [height,width,channels], little-endian. */
  readonly data: Uint8Array | Uint16Array | Uint32Array | Int16Array | Float32Array;
  /** 1: black is 0, 2: RGB, 8: L*a*b* */
  readonly photometric: number;
  /** 1: without sign, 2: with sign, 3: floating-point. Default 1. */
  readonly sampleFormat?: number;
  readonly extraSamples?: readonly number[];
}

/** A TIFF of one strip, not compressed: TIFF 6.0. */
export function tiff(options: TiffOptions): Uint8Array {
  const { width, height, channels, data, photometric, sampleFormat = 1, extraSamples = [] } = options;
  const pixels = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  const each = (value: number): number[] => new Array<number>(channels).fill(value);
  const fields: [tag: number, values: readonly number[]][] = [
    [256, [width]],
    [257, [height]],
    [258, each(8 * data.BYTES_PER_ELEMENT)],
    [259, [1]],
    [262, [photometric]],
    [273, [8]],
    [277, [channels]],
    [278, [height]],
    [279, [pixels.length]],
    [284, [1]],
    ...(extraSamples.length > 0 ? [[338, extraSamples] as [number, readonly number[]]] : []),
    [339, each(sampleFormat)],
  ];
  const directory = 8 + pixels.length;
  const lists = directory + 2 + 12 * fields.length + 4;
  const file = Buffer.alloc(lists + 2 * channels * fields.length);
  file.write('II*\0', 'latin1');
  file.writeUInt32LE(directory, 4);
  file.set(pixels, 8);
  file.writeUInt16LE(fields.length, directory);
  let free = lists;
  fields.forEach(([tag, values], index) => {
    const at = directory + 2 + 12 * index;
    file.writeUInt16LE(tag, at);
    const [value = 0] = values;
    const isShort = values.length > 1 || value < 65536;
    file.writeUInt16LE(isShort ? 3 : 4, at + 2);
    file.writeUInt32LE(values.length, at + 4);
    if (values.length <= 2)
      return isShort
        ? values.forEach((one, i) => file.writeUInt16LE(one, at + 8 + 2 * i))
        : file.writeUInt32LE(value, at + 8);
    file.writeUInt32LE(free, at + 8);
    for (const one of values) free = file.writeUInt16LE(one, free);
  });
  return file;
}

/** A GIF whose only frame lies on a larger canvas. */
export function gifOnCanvas(
  gif: Uint8Array,
  canvas: readonly [number, number],
  place: readonly [number, number],
): Uint8Array {
  const bytes = Buffer.from(gif);
  bytes.writeUInt16LE(canvas[0], 6);
  bytes.writeUInt16LE(canvas[1], 8);
  const flags = bytes.readUInt8(10);
  const tables = flags & 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0;
  const descriptor = bytes.indexOf(0x2c, 13 + tables);
  bytes.writeUInt16LE(place[0], descriptor + 1);
  bytes.writeUInt16LE(place[1], descriptor + 3);
  return bytes;
}
