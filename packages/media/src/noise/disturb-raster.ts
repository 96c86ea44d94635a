import type { Random } from '@sensorium/contracts';
import { hasAlpha, maximum, type Raster } from '../raster.js';
import type { Steps } from '../steps.js';
import { changeEach, clip } from './change-each.js';
import { lostShare } from './lost-share.js';

/**
 * A picture with white Gaussian noise on every colour, of the deviation level · white, cut off at black and white; then salt and
 * pepper: a share level²/2 of the pixels is black or white, as often the one as the other. Alpha stays.
 *
 * @param level 0…1
 */
export function* disturbRaster(raster: Raster, level: number, random: Random): Steps<Raster> {
  const { channels, data } = raster;
  const white = maximum(raster);
  const colours = hasAlpha(raster) ? channels - 1 : channels;
  const [noise, loss] = [random.fork('noise'), random.fork('loss')];
  let fate: number | undefined;
  const disturbed = yield* changeEach(data, (value, at) => {
    const channel = at % channels;
    if (channel === 0) fate = saltOrPepper(loss.uniform(), lostShare(level), white);
    if (channel >= colours) return value;
    const noisy = value + level * white * noise.normal();
    return fate ?? clip(noisy, 0, white);
  });
  return { ...raster, data: disturbed };
}

/** What a lost place shows: one of the two ends of a range; undefined where it is not lost. */
export function saltOrPepper(uniform: number, share: number, high: number, low = 0): number | undefined {
  if (uniform < share / 2) return low;
  return uniform >= 1 - share / 2 ? high : undefined;
}
