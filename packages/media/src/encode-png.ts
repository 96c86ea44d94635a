import { concatenate } from './concatenate.js';
import { paeth } from './paeth.js';
import { checkRaster, type Raster } from './raster.js';

/**
 * A picture as PNG, without loss: 8 or 16 bits, grey or RGB, with or without alpha. The same code everywhere, because a
 * browser's canvas would change transparent colours and drop 16 bits. Throws SENSORIUM_BAD_MEDIA for an invalid raster.
 */
export async function encodePng(raster: Raster): Promise<Uint8Array> {
  const { width, height, channels, data } = checkRaster(raster, 'raster');
  const bytesPerChannel = data instanceof Uint16Array ? 2 : 1;
  const samples = bytesPerChannel === 2 ? bigEndian(data) : (data as Uint8Array);
  const pixelBytes = channels * bytesPerChannel;
  return concatenate([
    signature,
    chunk('IHDR', header(width, height, 8 * bytesPerChannel, channels)),
    chunk('IDAT', await deflate(filterLines(samples, width * pixelBytes, pixelBytes))),
    chunk('IEND', new Uint8Array()),
  ]);
}

const signature = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
/** By the number of channels. */
const colourTypes: Readonly<Record<Raster['channels'], number>> = { 1: 0, 2: 4, 3: 2, 4: 6 };

function header(width: number, height: number, bits: number, channels: Raster['channels']): Uint8Array {
  const view = new DataView(new ArrayBuffer(13));
  view.setUint32(0, width);
  view.setUint32(4, height);
  view.setUint8(8, bits);
  view.setUint8(9, colourTypes[channels]);
  return new Uint8Array(view.buffer);
}

function bigEndian(data: Uint8Array | Uint16Array): Uint8Array {
  const bytes = new Uint8Array(data.length * 2);
  data.forEach((value, index) => {
    bytes[2 * index] = value >> 8;
    bytes[2 * index + 1] = value & 0xff;
  });
  return bytes;
}

const paethFilter = 4;

/** Each byte becomes its difference from Paeth's guess by the bytes left, above and above left: PNG, section 9. */
function filterLines(samples: Uint8Array, lineBytes: number, pixelBytes: number): Uint8Array {
  const lines = samples.length / lineBytes;
  const filtered = new Uint8Array(samples.length + lines);
  let at = 0;
  for (let start = 0; start < samples.length; start += lineBytes) {
    filtered[at++] = paethFilter;
    for (let index = start; index < start + lineBytes; index++) {
      const [hasLeft, hasAbove] = [index - start >= pixelBytes, start > 0];
      const left = hasLeft ? (samples[index - pixelBytes] as number) : 0;
      const above = hasAbove ? (samples[index - lineBytes] as number) : 0;
      const aboveLeft = hasLeft && hasAbove ? (samples[index - lineBytes - pixelBytes] as number) : 0;
      filtered[at++] = (samples[index] as number) - paeth(left, above, aboveLeft);
    }
  }
  return filtered;
}

async function deflate(bytes: Uint8Array): Promise<Uint8Array> {
  const stream = new Blob([bytes as Uint8Array<ArrayBuffer>]).stream().pipeThrough(new CompressionStream('deflate'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** Length, type, data, and the checksum of type and data. */
function chunk(type: string, data: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(data.length + 12);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, data.length);
  bytes.set(new TextEncoder().encode(type), 4);
  bytes.set(data, 8);
  view.setUint32(data.length + 8, crc32(bytes.subarray(4, data.length + 8)));
  return bytes;
}

const crcTable = Uint32Array.from({ length: 256 }, (_, byte) => {
  let remainder = byte;
  for (let bit = 0; bit < 8; bit++) remainder = remainder & 1 ? 0xedb88320 ^ (remainder >>> 1) : remainder >>> 1;
  return remainder;
});

function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = (crcTable[(crc ^ byte) & 0xff] as number) ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}
