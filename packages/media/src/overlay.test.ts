import type { Overlay } from '@sensorium/contracts';
import { expect, it } from 'vitest';
import { decodeImage } from './index.js';
import { pixelsOverlay } from './overlay.js';

const bytes = (...data: number[]) =>
  ({ pixels: { dtype: 'uint8', shape: [data.length], data: Uint8Array.from(data) } }) as const;
const floats = (...data: number[]) =>
  ({ pixels: { dtype: 'float32', shape: [data.length], data: Float32Array.from(data) } }) as const;

/** The picture that is shown, and what its places weigh. */
async function shown(overlay: Overlay) {
  if (overlay.kind !== 'picture') throw new Error(`a picture, not ${overlay.kind}`);
  const { data, channels } = await decodeImage(overlay.png);
  const { width, height, alt } = overlay;
  return { data: [...data], channels, width, height, alt, weights: Array.from(overlay.weights) };
}

it('an overlay of pixels shows what is fed, and what the channels of each place contribute together', async () => {
  const overlay = await pixelsOverlay(1, 2).show({
    value: { width: 9, height: 9, channels: 3, data: new Uint8Array(243) },
    fed: bytes(255, 0, 10, 20, 30, 40),
    weights: floats(1, 2, 3, -1, 0.5, 0),
  });
  expect(await shown(overlay)).toEqual({
    ...{ data: [255, 0, 10, 20, 30, 40], channels: 3, width: 2, height: 1 },
    weights: [6, -0.5],
    alt: 'picture, as the model sees it in 2×1 pixels',
  });
});

it('an overlay of pixels in another order shows them as people see them, and grey ones as grey', async () => {
  const value = { width: 1, height: 1, channels: 1, data: new Uint8Array(1) } as const;
  const swapped = pixelsOverlay(1, 1, (pixels) => pixels.toReversed());
  const bgr = await swapped.show({ value, fed: bytes(1, 2, 3), weights: floats(1, 1, 1) });
  expect((await shown(bgr)).data).toEqual([3, 2, 1]);
  const grey = await pixelsOverlay(1, 2).show({ value, fed: bytes(7, 9), weights: floats(0.5, -2) });
  expect(await shown(grey)).toMatchObject({ data: [7, 9], channels: 1, weights: [0.5, -2] });
});
