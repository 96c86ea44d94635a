import { checkPixels } from './media-error.js';
import { readHeader } from './picture-header.js';
import type { Platform } from './platform.js';
import { pickChannels, pickGrey, type Raster } from './raster.js';
import { readUrl } from './read-url.js';

/** fetch, the browser's decoder and a canvas. */
export const browserPlatform: Platform = {
  formats: ['JPEG', 'PNG', 'WebP', 'GIF', 'AVIF', 'BMP'],
  readAddress: readUrl,
  async decodePicture(bytes, name, maxPixels) {
    const header = readHeader(bytes);
    checkPixels(name, header.width, header.height, maxPixels);
    const raster = await decodePixels(bytes);
    const alpha = header.alpha ?? !isOpaque(raster);
    const coloured = alpha ? raster : pickChannels(raster, [0, 1, 2]);
    return header.grey ? pickGrey(coloured) : coloured;
  },
};

/** RGBA of 8 bits. */
async function decodePixels(bytes: Uint8Array): Promise<Raster> {
  const bitmap = await createImageBitmap(new Blob([bytes as Uint8Array<ArrayBuffer>]), { premultiplyAlpha: 'none' });
  try {
    const { width, height } = bitmap;
    const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true });
    if (!context) throw new Error('the browser gives no canvas of this size');
    context.drawImage(bitmap, 0, 0);
    const { data } = context.getImageData(0, 0, width, height);
    return { width, height, channels: 4, data: new Uint8Array(data.buffer) };
  } finally {
    bitmap.close();
  }
}

function isOpaque({ data }: Raster): boolean {
  for (let index = 3; index < data.length; index += 4) {
    if (data[index] !== 255) return false;
  }
  return true;
}
