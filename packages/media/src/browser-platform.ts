import { type PictureHeader, readHeader } from './picture-header.js';
import type { Platform } from './platform.js';
import { withoutGamma } from './png-gamma.js';
import { pickChannels, pickGrey, type Raster } from './raster.js';
import { readUrl } from './read-url.js';
import { inTurns, type Steps } from './steps.js';

/** fetch, the browser's decoder and a canvas. */
export const browserPlatform: Platform = {
  formats: ['JPEG', 'PNG', 'WebP', 'GIF', 'AVIF', 'BMP'],
  readAddress: readUrl,
  async openPicture(bytes, format) {
    const header = readHeader(bytes, format);
    const { width, height } = header;
    return {
      width,
      height,
      async decode({ signal }) {
        const file = format === 'PNG' ? withoutGamma(bytes) : (bytes as Uint8Array<ArrayBuffer>);
        const bitmap = await createImageBitmap(new Blob([file]), {
          premultiplyAlpha: 'none',
          imageOrientation: header.orientation === undefined ? 'from-image' : 'none',
        });
        try {
          signal?.throwIfAborted();
          return await inTurns(readPixels(upright(bitmap, header), header), signal);
        } finally {
          bitmap.close();
        }
      },
    };
  },
};

/** By EXIF's orientation: x and y of the upright picture from those of the stored one, as a canvas transforms them. */
const turns: Readonly<Record<number, (width: number, height: number) => DOMMatrix2DInit>> = {
  2: (width) => ({ a: -1, d: 1, e: width }),
  3: (width, height) => ({ a: -1, d: -1, e: width, f: height }),
  4: (_, height) => ({ a: 1, d: -1, f: height }),
  5: () => ({ a: 0, b: 1, c: 1, d: 0 }),
  6: (_, height) => ({ a: 0, b: 1, c: -1, d: 0, e: height }),
  7: (width, height) => ({ a: 0, b: -1, c: -1, d: 0, e: height, f: width }),
  8: (width) => ({ a: 0, b: -1, c: 1, d: 0, f: width }),
};

function upright(bitmap: ImageBitmap, { orientation = 1 }: PictureHeader): OffscreenCanvasRenderingContext2D {
  const { width, height } = bitmap;
  const canvas = orientation > 4 ? new OffscreenCanvas(height, width) : new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (!context) throw new Error('the browser gives no canvas of this size');
  context.setTransform(turns[orientation]?.(width, height));
  context.drawImage(bitmap, 0, 0);
  return context;
}

function* readPixels(context: OffscreenCanvasRenderingContext2D, header: PictureHeader): Steps<Raster> {
  const { width, height } = context.canvas;
  const data = new Uint8Array(width * height * 4);
  let isOpaque = true;
  for (let row = 0; row < height; row++) {
    const pixels = context.getImageData(0, row, width, 1).data;
    data.set(pixels, row * width * 4);
    isOpaque &&= !hasTransparent(pixels);
    yield;
  }
  const raster = { width, height, channels: 4, data } as const;
  const coloured = (header.alpha ?? !isOpaque) ? raster : yield* pickChannels(raster, [0, 1, 2]);
  return header.grey ? yield* pickGrey(coloured) : coloured;
}

function hasTransparent(pixels: Uint8ClampedArray): boolean {
  for (let index = 3; index < pixels.length; index += 4) {
    if (pixels[index] !== 255) return true;
  }
  return false;
}
