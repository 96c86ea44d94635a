import { readFile, stat } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { type ErrorCode, SensoriumError } from '@sensorium/contracts';
import type { Metadata, Sharp } from 'sharp';
import { checkPixels } from './media-error.js';
import type { Platform } from './platform.js';
import { pickGrey, type Raster } from './raster.js';
import { checkBytes, type ReadLimits } from './read-limits.js';
import { readUrl } from './read-url.js';

/** Files of the local disk, and sharp. */
export const nodePlatform: Platform = {
  formats: ['JPEG', 'PNG', 'WebP', 'GIF', 'AVIF', 'TIFF'],
  readAddress: (address, limits) =>
    /^(https?|data|blob):/i.test(address) ? readUrl(address, limits) : readLocalFile(address, limits),
  decodePicture,
};

async function readLocalFile(address: string, limits: ReadLimits): Promise<Uint8Array> {
  try {
    const path = /^file:/i.test(address) ? fileURLToPath(address) : address;
    const status = await stat(path);
    if (!status.isFile()) throw new Error('it is not a file');
    checkBytes(status.size, limits);
    return await readFile(path, { signal: limits.signal });
  } catch (error) {
    limits.signal?.throwIfAborted();
    throw SensoriumError.is(error) ? error : fileError(error as NodeJS.ErrnoException, limits.name);
  }
}

interface Meaning {
  readonly code: ErrorCode;
  readonly message: string;
  readonly hint?: string;
}

const notFound: Meaning = {
  code: 'SENSORIUM_NOT_FOUND',
  message: 'there is no such file',
  hint: 'Check how it is spelt, and from which folder the path is meant: one in a table starts at its folder.',
};
const noPermission: Meaning = { code: 'SENSORIUM_NO_PERMISSION', message: 'it may not be read' };

const meanings: ReadonlyMap<string | undefined, Meaning> = new Map([
  ['ENOENT', notFound],
  ['ENOTDIR', notFound],
  ['EACCES', noPermission],
  ['EPERM', noPermission],
]);

function fileError(cause: NodeJS.ErrnoException, name: string): SensoriumError {
  const { code, message, hint } = meanings.get(cause.code) ?? { code: 'SENSORIUM_IO', message: cause.message };
  return new SensoriumError({ code, message: `"${name}": ${message}`, hint, location: { file: name }, cause });
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
  return { width, height, channels, data: pixels };
}
