import type { Overlaying } from '@sensorium/contracts';
import { type Clip, numbersIn, weightedPicture } from '@sensorium/media';

/** The frames that the graph is fed, and what each of their pixels contributes. */
export const overlay = (side: number, rate: number): Overlaying<Clip> => ({
  of: ['frames'],
  async show({ fed, weights }) {
    const [pixels, own, valid] = [numbersIn(fed, 'frames'), numbersIn(weights, 'frames'), numbersIn(fed, 'valid')];
    const size = side * side * 3;
    const shown = [...valid.keys()].filter((frame) => valid[frame] === 1);
    const frames = shown.map((frame) => {
      const data = Uint8Array.from(pixels.subarray(frame * size, (frame + 1) * size));
      return weightedPicture(
        { width: side, height: side, channels: 3, data },
        own.subarray(frame * size, (frame + 1) * size),
      );
    });
    return {
      kind: 'frames',
      frames: await Promise.all(frames),
      rate,
      alt: `film, as the model sees it in ${side}×${side} pixels`,
    };
  },
});
