import type { SymbolicTensor } from '@sensorium/contracts';
import { add, cast, constant, mul } from '@sensorium/graph';
import type { Flow } from './flow.js';
import { misfit } from './problem.js';
import type { OnnxOptions } from './options.js';

export type Normalization = Pick<OnnxOptions, 'file' | 'scale' | 'mean' | 'std'>;

/**
 * (x / full · scale − mean) / std, of `width` channels, which are the last axis, or of all alike. Throws
 * SENSORIUM_MANIFEST_INVALID for lists of another length.
 *
 * @param full what the largest value is before
 */
export function normalized(
  x: SymbolicTensor,
  { file, scale = 1, mean, std }: Normalization,
  { width = 1, full = 1 }: { readonly width?: number; readonly full?: number } = {},
): SymbolicTensor {
  const [means, deviations] = [perChannel(file, 'mean', mean, width), perChannel(file, 'std', std, width)];
  const factors = deviations.map((deviation) => scale / full / deviation);
  const offsets = means.map((own, channel) => -own / (deviations[channel] as number));
  const numbers = cast(x, 'float32');
  const scaled = factors.every((factor) => factor === 1) ? numbers : mul(numbers, constant(factors, 'float32'));
  return offsets.every((offset) => offset === 0) ? scaled : add(scaled, constant(offsets, 'float32'));
}

/** What the next file is given of what the one before made. */
export const glued = ({ values, ...flow }: Flow, next: Normalization): Flow => ({
  ...flow,
  values: Object.fromEntries(Object.entries(values).map(([name, x]) => [name, normalized(x, next)])),
});

function perChannel(file: string, option: 'mean' | 'std', value: number | readonly number[], width: number): number[] {
  const list = [value].flat();
  if (list.length === width) return list;
  if (list.length === 1) return Array<number>(width).fill(list[0] as number);
  throw misfit(
    file,
    `"${option}" has ${list.length} numbers, and there are ${width} channels`,
    'Give one number, or one for each.',
  );
}
