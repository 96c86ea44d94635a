import { deflateSync } from 'node:zlib';
import { createRandom } from '@sensorium/data';
import sharp, { type Sharp } from 'sharp';
import { byteMutations } from '../mutate/bytes.js';
import { headerOf, pngMutation, pngOf } from '../mutate/png.js';
import { MOST_PIXELS } from '../targets/pictures.js';
import { textSeed, type Format, type Seed } from './format.js';

const [width, height] = [24, 17];

/** Noise over a ramp, so that decoders find something to do. */
function picture(channels: 1 | 2 | 3 | 4): Sharp {
  const noise = createRandom(1, `picture ${channels}`).bytes(width * height * channels);
  const data = noise.map((value, at) => (value >> 2) + (at % 150));
  return sharp(data, { raw: { width, height, channels } });
}

const deep = (): Sharp => picture(3).toColourspace('rgb16').png();

const kinds: Readonly<Record<string, () => Sharp>> = {
  jpeg: () => picture(3).jpeg(),
  'progressive jpeg': () => picture(3).jpeg({ progressive: true, chromaSubsampling: '4:4:4' }),
  'grey jpeg': () => picture(1).jpeg(),
  'turned jpeg with a profile': () => picture(3).withIccProfile('p3').withMetadata({ orientation: 6 }).jpeg(),
  'cmyk jpeg': () => picture(3).toColourspace('cmyk').jpeg(),
  png: () => picture(3).png(),
  'png with alpha': () => picture(4).png(),
  'png of 16 bits': deep,
  'png with a palette': () => picture(3).png({ palette: true }),
  'interlaced png': () => picture(1).png({ progressive: true }),
  webp: () => picture(3).webp(),
  'webp without loss': () => picture(4).webp({ lossless: true }),
  gif: () => picture(3).gif(),
  tiff: () => picture(3).tiff({ compression: 'none' }),
  'tiff with lzw': () => picture(3).tiff({ compression: 'lzw', predictor: 'horizontal' }),
  'tiff in tiles': () => picture(3).tiff({ compression: 'deflate', tile: true, tileWidth: 16, tileHeight: 16 }),
  'bilevel tiff': () => picture(1).tiff({ bitdepth: 1, compression: 'deflate' }),
  avif: () => picture(3).avif({ effort: 0 }),
};

const endingOf = (name: string): string => `.${/jpeg|png|webp|gif|tiff|avif/.exec(name)?.[0]}`;

async function seeds(): Promise<Seed[]> {
  const made = Object.entries(kinds).map(async ([name, make]) => ({
    name,
    ending: endingOf(name),
    bytes: new Uint8Array(await make().toBuffer()),
  }));
  return Promise.all(made);
}

/** Draws much from few bytes. */
const drawing = (size: number): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" width="${size}" height="${size}"><filter id="f"><feTurbulence baseFrequency=".01" numOctaves="99"/><feGaussianBlur stdDeviation="99"/></filter><rect width="100%" height="100%" filter="url(#f)"/></svg>`;

const compressed = (length: number): Buffer => deflateSync(Buffer.alloc(length));

/** The directory of pictures of a TIFF (little endian) begins again at its end. */
function endless(tiff: Uint8Array): Uint8Array {
  const bytes = Buffer.from(tiff);
  const directory = bytes.readUInt32LE(4);
  bytes.writeUInt32LE(directory, directory + 2 + 12 * bytes.readUInt16LE(directory));
  return new Uint8Array(bytes);
}

async function hostile(): Promise<Seed[]> {
  const side = Math.ceil(Math.sqrt(MOST_PIXELS)) + 16;
  const large = sharp({ create: { width: side, height: side, channels: 3, background: 'red' } });
  const pixels = { type: 'IDAT', data: compressed(1000) };
  const end = { type: 'IEND', data: new Uint8Array() };
  const png = (name: string, bytes: Uint8Array): Seed => ({ name, ending: '.png', bytes });
  const profile = Buffer.concat([Buffer.from('x\0\0', 'latin1'), compressed(2 ** 27)]);
  const texts = Array.from({ length: 20_000 }, () => ({ type: 'tEXt', data: Buffer.from('a\0b') }));
  return [
    textSeed('svg that begins as avif', '.avif', `<!--ftypavif-->${drawing(4000)}`),
    textSeed('svg', '.svg', drawing(4000)),
    textSeed('svg that begins as gif', '.gif', `GIF89a${drawing(1000)}`),
    textSeed(
      'svg that reads a file',
      '.png',
      `<svg xmlns="http://www.w3.org/2000/svg"><image href="/etc/passwd"/></svg>`,
    ),
    textSeed('html', '.jpg', '<!doctype html><title>404</title>'),
    textSeed('postscript', '.png', '%!PS-Adobe-3.0\n{} loop\n'),
    textSeed('pnm', '.png', 'P3 99999 99999 255 '),
    textSeed('nothing', '.png', ''),
    { name: 'large avif', ending: '.avif', bytes: new Uint8Array(await large.clone().avif({ effort: 0 }).toBuffer()) },
    { name: 'large gif', ending: '.gif', bytes: new Uint8Array(await large.clone().gif().toBuffer()) },
    { name: 'large webp', ending: '.webp', bytes: new Uint8Array(await large.clone().webp({ effort: 0 }).toBuffer()) },
    png('png of four thousand million pixels', pngOf([headerOf(65_535, 65_535), pixels, end])),
    png('png of the largest size', pngOf([headerOf(2 ** 31 - 1, 2 ** 31 - 1), pixels, end])),
    png('png without size', pngOf([headerOf(0, 0), pixels, end])),
    png('png whose pixels swell', pngOf([headerOf(8, 8), { type: 'IDAT', data: compressed(2 ** 27) }, end])),
    png('png whose profile swells', pngOf([headerOf(8, 8), { type: 'iCCP', data: profile }, pixels, end])),
    png('png with twenty thousand texts', pngOf([headerOf(8, 8), ...texts, pixels, end])),
    {
      name: 'endless tiff',
      ending: '.tiff',
      bytes: endless(new Uint8Array(await picture(3).tiff({ compression: 'none' }).toBuffer())),
    },
  ];
}

export const pictures: Format = { share: 25, seeds, hostile, structured: [pngMutation], others: byteMutations };
