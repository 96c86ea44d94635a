import { allocate, checkSize, hasAlpha, maximum, type Raster } from './raster.js';

/** Part of the key of everything that is made of pictures: another text wherever `resample`, `fit` or `toRgb` change numbers. */
export const resamplingVersion = '1';

/**
 * Scales a picture to exactly `width` × `height` with a triangle filter: bilinear where it grows; where it shrinks the
 * filter is as much wider, so that every pixel counts and nothing aliases (as Pillow's BILINEAR). Depth and channels
 * stay. Transparent pixels give no colour to their neighbours. The same numbers on every platform.
 *
 * Throws a RangeError unless `width` and `height` are positive integers.
 */
export function resample(raster: Raster, width: number, height: number): Raster {
  checkSize(width, height);
  if (raster.width === width && raster.height === height) return raster;
  const rows = filterRows(raster, triangle(raster.width, width));
  const sums = filterColumns(rows, width * raster.channels, triangle(raster.height, height));
  return { ...raster, width, height, data: finish(raster, sums) };
}

/** The weights with which one dimension's input pixels make each output pixel: `taps` for each, from `starts` on. */
interface Kernel {
  readonly taps: number;
  readonly starts: Int32Array;
  readonly weights: Float64Array;
}

function triangle(inputs: number, outputs: number): Kernel {
  const scale = inputs / outputs;
  const radius = Math.max(1, scale);
  const taps = Math.min(inputs, 2 * Math.ceil(radius) + 1);
  const starts = new Int32Array(outputs);
  const weights = new Float64Array(outputs * taps);
  for (let output = 0; output < outputs; output++) {
    const centre = (output + 0.5) * scale;
    const start = Math.min(Math.max(0, Math.floor(centre - radius)), inputs - taps);
    const own = weights.subarray(output * taps, (output + 1) * taps);
    own.forEach((_, tap) => (own[tap] = Math.max(0, 1 - Math.abs(start + tap + 0.5 - centre) / radius)));
    const sum = own.reduce((total, weight) => total + weight, 0);
    own.forEach((weight, tap) => (own[tap] = weight / sum));
    starts[output] = start;
  }
  return { taps, starts, weights };
}

/** Filters along every row; colours come out multiplied by alpha. [height, outputs, channels] */
function filterRows(raster: Raster, { taps, starts, weights }: Kernel): Float32Array {
  const { height, channels } = raster;
  const outputs = starts.length;
  const row = new Float32Array(raster.width * channels);
  const result = new Float32Array(height * outputs * channels);
  let at = 0;
  for (let y = 0; y < height; y++) {
    loadRow(raster, y, row);
    for (let output = 0; output < outputs; output++) {
      const first = (starts[output] as number) * channels;
      const firstWeight = output * taps;
      for (let channel = 0; channel < channels; channel++) {
        let sum = 0;
        for (let tap = 0, index = first + channel; tap < taps; tap++, index += channels) {
          sum += (row[index] as number) * (weights[firstWeight + tap] as number);
        }
        result[at++] = sum;
      }
    }
  }
  return result;
}

function loadRow(raster: Raster, y: number, row: Float32Array): void {
  const { channels, data } = raster;
  const start = y * row.length;
  row.set(data.subarray(start, start + row.length));
  if (!hasAlpha(raster)) return;
  const most = maximum(raster);
  for (let pixel = 0; pixel < row.length; pixel += channels) {
    const opacity = (row[pixel + channels - 1] as number) / most;
    for (let index = pixel; index < pixel + channels - 1; index++) row[index] = (row[index] as number) * opacity;
  }
}

/** Filters along every column of rows that are `stride` long. [outputs, stride] */
function filterColumns(rows: Float32Array, stride: number, { taps, starts, weights }: Kernel): Float32Array {
  const outputs = starts.length;
  const result = new Float32Array(outputs * stride);
  const sums = new Float64Array(stride);
  for (let output = 0; output < outputs; output++) {
    sums.fill(0);
    for (let tap = 0; tap < taps; tap++) {
      const weight = weights[output * taps + tap] as number;
      const start = ((starts[output] as number) + tap) * stride;
      for (let index = 0; index < stride; index++) {
        sums[index] = (sums[index] as number) + (rows[start + index] as number) * weight;
      }
    }
    result.set(sums, output * stride);
  }
  return result;
}

/** Rounds, after colours are divided by alpha again. */
function finish(raster: Raster, sums: Float32Array): Uint8Array | Uint16Array {
  const { channels } = raster;
  const most = maximum(raster);
  const data = allocate(raster, sums.length);
  const alphaChannel = hasAlpha(raster) ? channels - 1 : undefined;
  for (let pixel = 0; pixel < sums.length; pixel += channels) {
    const alpha = alphaChannel === undefined ? most : (sums[pixel + alphaChannel] as number);
    const opacity = alpha > 0 ? alpha / most : 1;
    for (let channel = 0; channel < channels; channel++) {
      const sum = sums[pixel + channel] as number;
      data[pixel + channel] = Math.min(most, Math.round(channel === alphaChannel ? sum : sum / opacity));
    }
  }
  return data;
}
