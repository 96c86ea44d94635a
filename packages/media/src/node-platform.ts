import { readFile, stat } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { type ErrorCode, type Raster, SensoriumError } from '@sensorium/contracts';
import type { Metadata, Sharp } from 'sharp';
import type { Platform } from './decoders.js';
import { checkPixels } from './media-error.js';
import { pickGrey } from './raster.js';
import { checkBytes, type ReadLimits } from './read-source.js';
import { readUrl } from './read-url.js';

/** Files of the local disk, and sharp. */
export const nodePlatform: Platform = {
  formats: ['JPEG', 'PNG', 'WebP', 'GIF', 'AVIF', 'TIFF'],
  readLocation: (location, limits) =>
    /^(https?|data|blob):/i.test(location) ? readUrl(location, limits) : readLocalFile(location, limits),
  decodePicture,
};

async function readLocalFile(location: string, { name, maxBytes, signal }: ReadLimits): Promise<Uint8Array> {
  try {
    const path = /^file:/i.test(location) ? fileURLToPath(location) : location;
    const status = await stat(path);
    if (!status.isFile()) throw new Error('it is not a file');
    checkBytes(status.size, name, maxBytes);
    return await readFile(path, { signal });
  } catch (error) {
    signal?.throwIfAborted();
    throw SensoriumError.is(error) ? error : fileError(error as NodeJS.ErrnoException, name);
  }
}

const meanings: Readonly<Record<string, readonly [code: ErrorCode, message: string]>> = {
  ENOENT: ['SENSORIUM_NOT_FOUND', 'there is no such file'],
  ENOTDIR: ['SENSORIUM_NOT_FOUND', 'there is no such file'],
  EACCES: ['SENSORIUM_NO_PERMISSION', 'it may not be read'],
  EPERM: ['SENSORIUM_NO_PERMISSION', 'it may not be read'],
};

function fileError(cause: NodeJS.ErrnoException, name: string): SensoriumError {
  const [code, message] = meanings[cause.code ?? ''] ?? (['SENSORIUM_IO', cause.message] as const);
  return new SensoriumError({ code, message: `"${name}": ${message}`, location: { file: name }, cause });
}

async function decodePicture(bytes: Uint8Array, name: string, maxPixels: number): Promise<Raster> {
  const sharp = await loadSharp();
  const picture = sharp(bytes, {
    // Harmless warnings of cameras' files are no errors, missing or wrong pixels are.
    failOn: 'error',
    // Checked below, with an error of ours.
    limitInputPixels: false,
  });
  const metadata = await picture.metadata();
  checkPixels(name, metadata.width, metadata.height, maxPixels);
  const raster = await decodePixels(picture.autoOrient(), metadata);
  return metadata.space === 'b-w' || metadata.space === 'grey16' ? pickGrey(raster) : raster;
}

/** sharp is needed only for what is not decoded yet. */
async function loadSharp() {
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

/** RGB or RGBA. Profiles, CMYK and other colour spaces are converted to sRGB by sharp. */
async function decodePixels(picture: Sharp, { space }: Metadata): Promise<Raster> {
  const deep = space === 'rgb16' || space === 'grey16';
  const { data, info } = await picture
    .toColourspace(deep ? 'rgb16' : 'srgb')
    .raw({ depth: deep ? 'ushort' : 'uchar' })
    .toBuffer({ resolveWithObject: true });
  const { width, height, channels } = info;
  const size = width * height * channels;
  const pixels = deep
    ? new Uint16Array(data.buffer, data.byteOffset, size)
    : new Uint8Array(data.buffer, data.byteOffset, size);
  return { kind: 'image', width, height, channels, data: pixels };
}
