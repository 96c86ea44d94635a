import { animationTimes, framesShownAt } from './animation-times.js';
import { loadSharp } from './decode-sharp.js';
import type { OpenVideo } from './video-platform.js';

/** An animated GIF or WebP; one that is not animated is a film of one frame. */
export async function openAnimation(bytes: Uint8Array): Promise<OpenVideo> {
  const sharp = await loadSharp();
  const options = { failOn: 'error', limitInputPixels: false } as const;
  const { width, height, pages = 1, delay } = await sharp(bytes, options).metadata();
  const starts = animationTimes(delay ?? new Array<number>(pages).fill(0));
  return {
    size: { width, height },
    seconds: starts.at(-1) as number,
    async *frames(times, size, signal) {
      for (const page of framesShownAt(starts, times)) {
        signal?.throwIfAborted();
        const { data, info } = await sharp(bytes, { ...options, page })
          .toColourspace('srgb')
          .ensureAlpha()
          .resize({ ...size, fit: 'fill', kernel: 'linear' })
          .raw()
          .toBuffer({ resolveWithObject: true });
        const pixels = new Uint8Array(data.buffer, data.byteOffset, info.width * info.height * 4);
        yield {
          time: starts[page] as number,
          raster: { width: info.width, height: info.height, channels: 4, data: pixels },
        };
      }
    },
    close: () => undefined,
  };
}
