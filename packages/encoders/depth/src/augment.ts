import { type Random, required, type SampleRandom, type Tensors } from '@sensorium/contracts';
import { drawMove, moved } from '@sensorium/media';
import type { DepthOptions } from './options.js';

type Augmentation = DepthOptions['augment'];

/** Whether any option asks for a change. Without one, what frozen layers make of a map can be kept. */
export const changesMaps = ({ crop, flip, holes }: Augmentation): boolean => crop > 0 || flip || holes > 0;

/** A random variant: mirrors and shifts are drawn from the row's stream, holes from the map's own. */
export function augmentMap(kept: Tensors, side: number, options: Augmentation, random: SampleRandom): Tensors {
  const metres = required(kept['metres'], 'the kept tensor "metres"');
  const data = moved(metres.data as Float32Array, side, 1, drawMove(random.row, side, options));
  if (options.holes > 0 && random.own.uniform() < options.holes) addHole(data, side, random.own);
  return { metres: { ...metres, data } };
}

/** A rectangle of 2 to 20 % of the map, up to three times as wide as high or as high as wide. */
function addHole(data: Float32Array, side: number, random: Random): void {
  const area = side * side * (0.02 + 0.18 * random.uniform());
  const ratio = Math.exp((random.uniform() * 2 - 1) * Math.log(3));
  const bounded = (length: number): number => Math.min(side, Math.max(1, Math.round(length)));
  const [width, height] = [bounded(Math.sqrt(area * ratio)), bounded(Math.sqrt(area / ratio))];
  const [left, top] = [random.integer(side - width + 1), random.integer(side - height + 1)];
  for (let y = top; y < top + height; y++) data.fill(0, y * side + left, y * side + left + width);
}
