import { SensoriumError } from '@sensorium/contracts';
import type { Metadata, Sharp } from 'sharp';
import { checkPixels } from './media-error.js';
import type { Platform } from './platform.js';
import { pickGrey, type Raster } from './raster.js';
import { readNode } from './read-node.js';

/** Files of the local disk, and sharp. */
export const nodePlatform: Platform = {
  formats: ['JPEG', 'PNG', 'WebP', 'GIF', 'AVIF', 'TIFF'],
  readAddress: readNode,
  decodePicture,
};

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
