import { badMedia } from './media-error.js';
import { maximum, type Raster } from './raster.js';
import type { Samples } from './samples.js';
import { inTurns, type Steps } from './steps.js';

/** Grey pictures that were saved as JPEG differ so much, on average, between their channels; false colours differ more. */
const MOST_COLOUR = 8 / 255;

/**
 * The one channel of a picture that is grey, though saved as RGB: Y = 0.299 R + 0.587 G + 0.114 B (ITU-R BT.601), which is what JPEG
 * stores. Throws SENSORIUM_BAD_MEDIA for colours and transparency, and the signal's reason.
 */
export async function greySamples(raster: Raster, name: string, signal?: AbortSignal): Promise<Samples> {
  const { width, height, channels, data } = raster;
  if (channels === 1) return { width, height, data };
  if (channels !== 3) throw badMedia(name, 'has transparency; expected one value for each pixel');
  const { samples, colour } = await inTurns(lumaOf(raster), signal);
  if (colour <= MOST_COLOUR * maximum(raster)) return samples;
  const hint = 'Export the values themselves: grey, 8 or 16 bits a pixel.';
  throw badMedia(name, 'is in colours, of which nobody knows the values; expected one value for each pixel', { hint });
}

/** Row by row; and how much the channels of a pixel differ, on average. */
function* lumaOf({ width, height, data }: Raster): Steps<{ samples: Samples; colour: number }> {
  const luma = data instanceof Uint16Array ? new Uint16Array(width * height) : new Uint8Array(width * height);
  let difference = 0;
  for (let row = 0; row < height; row++) {
    for (let at = row * width; at < (row + 1) * width; at++) {
      const [red, green, blue] = [0, 1, 2].map((channel) => data[3 * at + channel] as number) as [
        number,
        number,
        number,
      ];
      luma[at] = Math.round(0.299 * red + 0.587 * green + 0.114 * blue);
      difference += Math.max(red, green, blue) - Math.min(red, green, blue);
    }
    yield;
  }
  return { samples: { width, height, data: luma }, colour: difference / (width * height) };
}
