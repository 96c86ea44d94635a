import { SensoriumError } from '@sensorium/contracts';
import type { Metadata, Sharp, SharpOptions } from 'sharp';
import { clearAround } from './clear-around.js';
import type { PictureNeeds } from './fit.js';
import { firstGifFrame } from './gif-frame.js';
import type { PictureFormat } from './picture-format.js';
import { type OpenPicture, UnknownKind } from './platform.js';
import { pickGrey, type Raster, type RasterSize } from './raster.js';
import { inTurns } from './steps.js';

export async function openWithSharp(bytes: Uint8Array, format: PictureFormat): Promise<OpenPicture> {
  const sharp = await loadSharp();
  const open = (options?: SharpOptions): Sharp =>
    sharp(bytes, {
      autoOrient: true,
      // Harmless warnings of cameras' files are no errors, missing or wrong pixels are.
      failOn: 'error',
      // Checked by the caller, with an error of ours, and below.
      limitInputPixels: false,
      limitInputChannels: false,
      ...options,
    });
  const metadata = await namingKinds(() => open().metadata());
  checkKind(metadata, format);
  return {
    ...metadata.autoOrient,
    async decode({ needs, signal }) {
      if (format === 'GIF') return decodeGif(open(), metadata, bytes, signal);
      const size = needs && reducedSize(metadata.autoOrient, needs);
      // For 16 bits sharp would convert to a wide space, not to sRGB: `inSrgb` does it.
      const ignoreIcc = isDeep(metadata);
      const work = (options?: SharpOptions) => decode(open({ ignoreIcc, ...options }), metadata, size);
      const raster = await namingKinds(() => (format === 'JPEG' ? decodeJpeg(work) : work()));
      signal?.throwIfAborted();
      return isGrey(metadata) && raster.channels > 2 ? inTurns(pickGrey(raster), signal) : raster;
    },
  };
}

/** sharp is needed only for what is not decoded yet. */
export async function loadSharp() {
  try {
    return (await import('sharp')).default;
  } catch (cause) {
    throw new SensoriumError({
      code: 'SENSORIUM_MISSING_PACKAGE',
      message: 'decoding pictures in Node needs the package "sharp", which cannot be loaded here',
      hint: 'Install it: npm install sharp',
      cause,
    });
  }
}

/** How the libraries below sharp say that they lack something. */
const lacking = /unsupported|not (supported|implemented|configured|built)|legal restrictions|bad labq format/i;

async function namingKinds<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    const { message } = cause as Error;
    throw lacking.test(message) ? new UnknownKind(message, { cause }) : cause;
  }
}

/** As sharp calls them. */
const formats: Partial<Readonly<Record<PictureFormat, string>>> = {
  JPEG: 'jpeg',
  PNG: 'png',
  GIF: 'gif',
  WebP: 'webp',
  TIFF: 'tiff',
  AVIF: 'heif',
};

/** Throws an UnknownKind for pictures whose numbers have no meaning as colours, or too many of them. */
function checkKind(metadata: Metadata, expected: PictureFormat): void {
  const { format, space, depth, channels, compression } = metadata;
  if (format !== formats[expected]) throw new Error(`the decoder takes it for ${format}`);
  if (compression === 'hevc') throw new UnknownKind('its pixels are coded as HEVC');
  const isLab = space === 'lab' || space === 'labs';
  if (depth !== 'uchar' && depth !== 'ushort' && !isLab) {
    throw new UnknownKind(`its channels are ${depths[depth] ?? depth}, which have no fixed black and white`);
  }
  const extra = channels - (isGrey(metadata) ? 1 : space === 'cmyk' ? 4 : 3);
  if (extra < 0 || extra > 1 || space === 'multiband') throw new UnknownKind(`it has ${channels} channels (${space})`);
}

const depths: Partial<Readonly<Record<Metadata['depth'], string>>> = {
  char: 'whole numbers with a sign',
  short: 'whole numbers with a sign',
  int: 'whole numbers with a sign',
  uint: 'whole numbers of 32 bits',
  float: 'floating-point numbers',
  double: 'floating-point numbers',
};

const isGrey = ({ space }: Metadata): boolean => space === 'b-w' || space === 'grey16';
const isDeep = ({ space }: Metadata): boolean => space === 'rgb16' || space === 'grey16';

/** Smaller pictures are not worth the difference. */
const largePixels = 2 ** 20;
/** Enough for ours, the last step, to decide: see the README for how much is lost. */
const spare = 2.5;

/** The size to which the decoder reduces a large picture; for JPEG it then reads a half, a quarter or an eighth of the frequencies. */
function reducedSize({ width, height }: RasterSize, needs: PictureNeeds): RasterSize | undefined {
  const [across, down] = [width / needs.width, height / needs.height];
  const shrink = (needs.fit === 'contain' ? Math.max(across, down) : Math.min(across, down)) / spare;
  if (width * height <= largePixels || shrink < 2) return undefined;
  return { width: Math.ceil(width / shrink), height: Math.ceil(height / shrink) };
}

/** What libjpeg warns of without having lost anything: bytes between the segments of the header, odd values in them. */
const harmless =
  /extraneous bytes before marker 0x(e.|fe|db|c[012])|Adobe color transform|JFIF revision|Invalid SOS parameters/;

/** A warning of anything else says that pixels are wrong: libjpeg fills up what it cannot read, and goes on. */
async function decodeJpeg(work: (options: SharpOptions) => Promise<Raster>): Promise<Raster> {
  try {
    return await work({ failOn: 'warning' });
  } catch (cause) {
    const warnings = (cause as Error).message.split('\n').filter((line) => line.startsWith('VipsJpeg'));
    if (warnings.length === 0 || !warnings.every((line) => harmless.test(line))) throw cause;
    return work({ failOn: 'error' });
  }
}

/** What the first frame leaves open of the canvas is black for sharp. It is transparent, as browsers have it. */
async function decodeGif(
  picture: Sharp,
  metadata: Metadata,
  bytes: Uint8Array,
  signal: AbortSignal | undefined,
): Promise<Raster> {
  const frame = firstGifFrame(bytes);
  const { width, height } = metadata;
  const isCovered = frame.left === 0 && frame.top === 0 && frame.width >= width && frame.height >= height;
  if (isCovered) return decode(picture, metadata, undefined);
  const raster = await decode(picture.ensureAlpha(), metadata, undefined);
  return inTurns(clearAround(raster, frame), signal);
}

/** Colours are converted to sRGB by sharp. Grey may come as RGB. */
async function decode(picture: Sharp, metadata: Metadata, size: RasterSize | undefined): Promise<Raster> {
  if (size) picture.resize({ ...size, fit: 'fill', kernel: 'lanczos3' });
  const deep = isDeep(metadata);
  const { data, info } = await inSrgb(picture, metadata)
    .raw({ depth: deep ? 'ushort' : 'uchar' })
    .toBuffer({ resolveWithObject: true });
  const { width, height, channels } = info;
  const length = width * height * channels;
  const pixels = deep
    ? new Uint16Array(data.buffer, data.byteOffset, length)
    : new Uint8Array(data.buffer, data.byteOffset, length);
  const original = size && { original: metadata.autoOrient };
  return { width, height, channels: channels, data: pixels, ...original };
}

function inSrgb(picture: Sharp, metadata: Metadata): Sharp {
  if (!isDeep(metadata)) return firstIfGrey(picture.toColourspace('srgb'), metadata);
  return hasFittingProfile(metadata)
    ? picture.toColourspace(metadata.space).withIccProfile('srgb')
    : firstIfGrey(picture.toColourspace('rgb16'), metadata);
}

/** One channel of three equal ones; sharp cannot keep alpha beside it. */
const firstIfGrey = (picture: Sharp, metadata: Metadata): Sharp =>
  isGrey(metadata) && !metadata.hasAlpha ? picture.extractChannel(0) : picture;

/** Whether the profile is one for pictures of this kind: ICC.1, 7.2.6. */
function hasFittingProfile(metadata: Metadata): boolean {
  const colours = String.fromCharCode(...(metadata.icc?.subarray(16, 20) ?? []));
  return colours === (isGrey(metadata) ? 'GRAY' : 'RGB ');
}
