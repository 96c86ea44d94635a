import type { SymbolicTensor, Tensor } from '@sensorium/contracts';
import { add, cast, constant, mul } from '@sensorium/graph';
import { fit, type FitMode, type Raster, toRgb } from '@sensorium/media';
import type { OnnxOptions, Size } from './options.js';

/** uint8 [1,height,width,3] */
export function preparePicture(picture: Raster, [height, width]: Size, mode: FitMode): Tensor {
  const { data } = fit(toRgb(picture), width, height, mode);
  return { dtype: 'uint8', shape: [1, height, width, 3], data: new Uint8Array(data) };
}

export function pictureNotes(picture: Raster, [height, width]: Size, mode: FitMode): string[] {
  const original = picture.original ?? picture;
  if (original.width * height === original.height * width) return [];
  const done = { contain: 'filled up with bars', squeeze: 'squeezed', cover: 'cut' }[mode];
  return [`${original.width}×${original.height} was ${done} to ${width}×${height}`];
}

/** (pixels / 255 · scale − mean) / std, [B,height,width,3] */
export function normalized(
  pixels: SymbolicTensor,
  { scale = 1, mean, std }: Pick<OnnxOptions, 'scale' | 'mean' | 'std'>,
): SymbolicTensor {
  const [means, deviations] = [perChannel(mean), perChannel(std)];
  const factors = deviations.map((deviation) => scale / 255 / deviation);
  const offsets = means.map((own, channel) => -own / (deviations[channel] as number));
  return add(mul(cast(pixels, 'float32'), constant(factors, 'float32')), constant(offsets, 'float32'));
}

const perChannel = (value: number | readonly number[]): readonly number[] =>
  typeof value === 'number' ? [value, value, value] : value;
