import { required, type SampleRandom, type Tensors } from '@sensorium/contracts';
import { drawMove, moved } from '@sensorium/media';
import type { ThermalOptions } from './options.js';

type Augmentation = ThermalOptions['augment'];

/** Whether any option asks for a change. Without one, what frozen layers make of an image can be kept. */
export const changesImages = ({ crop, flip, drift }: Augmentation): boolean => crop > 0 || flip || drift > 0;

/** A random variant: mirrors and shifts are drawn from the row's stream, the drift from the image's own. */
export function augmentImage(kept: Tensors, side: number, options: Augmentation, random: SampleRandom): Tensors {
  const degrees = required(kept['degrees'], 'the kept tensor "degrees"');
  const valid = required(kept['valid'], 'the kept tensor "valid"');
  const move = drawMove(random.row, side, options);
  const drift = options.drift * (2 * random.own.uniform() - 1);
  const data = moved(degrees.data as Float32Array, side, 1, move).map((value) => value + drift);
  return {
    degrees: { ...degrees, data },
    valid: { ...valid, data: moved(valid.data as Uint8Array, side, 1, move) },
  };
}
