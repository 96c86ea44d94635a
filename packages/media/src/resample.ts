import { allocate, checkSize, hasAlpha, maximum, type Raster } from './raster.js';
import { atOnce, type Steps } from './steps.js';

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
  const whole = { left: 0, top: 0, width: raster.width, height: raster.height };
  return atOnce(resampling(raster, width, height, whole));
}

/** A part of a picture, in its pixels; its edges may lie between them. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** `resample`, row by row, of a part. */
export function* resampling(raster: Raster, width: number, height: number, part: Box): Steps<Raster> {
  checkSize(width, height);
  if (part.width === raster.width && part.height === raster.height && part.width === width && part.height === height) {
    return raster;
  }
  const columns = triangle(part.top, part.height, raster.height, height);
  const rows = yield* filterRows(raster, columns, triangle(part.left, part.width, raster.width, width));
  const stride = width * raster.channels;
  const data = allocate(raster, height * stride);
  const sums = new Float64Array(stride);
  for (let y = 0; y < height; y++) {
    filterColumns(rows, columns, y, sums);
    finishRow(raster, sums, data.subarray(y * stride, (y + 1) * stride));
    yield;
  }
  return { ...raster, width, height, data };
}

/** The weights with which pixels along one dimension make each output pixel. */
interface Kernel {
  /** The first pixel that is read, and how many are. */
  readonly first: number;
  readonly inputs: number;
  /** The first pixel of each output, counted from `first`. */
  readonly starts: Int32Array;
  /** How many pixels each output is made of, at most `taps`. */
  readonly counts: Int32Array;
  readonly taps: number;
  /** [outputs, taps] */
  readonly weights: Float64Array;
}

/** For `span` pixels of `all`, from `from` on; those outside do not count. */
function triangle(from: number, span: number, all: number, outputs: number): Kernel {
  const first = Math.floor(from);
  const inputs = Math.min(all, Math.ceil(from + span)) - first;
  const scale = span / outputs;
  const radius = Math.max(1, scale);
  const taps = Math.min(inputs, 2 * Math.ceil(radius) + 1);
  const [starts, counts] = [new Int32Array(outputs), new Int32Array(outputs)];
  const weights = new Float64Array(outputs * taps);
  for (let output = 0; output < outputs; output++) {
    const centre = from - first + (output + 0.5) * scale;
    const start = Math.min(Math.max(0, Math.floor(centre - radius)), inputs - taps);
    const own = weights.subarray(output * taps, (output + 1) * taps);
    own.forEach((_, tap) => (own[tap] = Math.max(0, 1 - Math.abs(start + tap + 0.5 - centre) / radius)));
    const sum = own.reduce((total, weight) => total + weight, 0);
    own.forEach((weight, tap) => (own[tap] = weight / sum));
    // Those at the ends are mostly 0.
    const skipped = own.findIndex((weight) => weight > 0);
    starts[output] = start + skipped;
    counts[output] = own.findLastIndex((weight) => weight > 0) + 1 - skipped;
    own.copyWithin(0, skipped);
  }
  return { first, inputs, starts, counts, taps, weights };
}

/** Filters along the rows that `columns` reads; colours come out multiplied by alpha. [inputs of columns, outputs, channels] */
function* filterRows(raster: Raster, columns: Kernel, kernel: Kernel): Steps<Float32Array> {
  const { channels, data, width } = raster;
  const row = new Float32Array(kernel.inputs * channels);
  const stride = kernel.starts.length * channels;
  const result = new Float32Array(columns.inputs * stride);
  for (let y = 0; y < columns.inputs; y++) {
    const start = ((columns.first + y) * width + kernel.first) * channels;
    const filtered = result.subarray(y * stride, (y + 1) * stride);
    if (channels === 3 && data instanceof Uint8Array) {
      filterRgbRow(data.subarray(start, start + row.length), kernel, filtered);
    } else {
      loadRow(raster, start, row);
      filterRow(row, channels, kernel, filtered);
    }
    yield;
  }
  return result;
}

function filterRow(row: Float32Array, channels: number, kernel: Kernel, result: Float32Array): void {
  const { starts, counts, taps, weights } = kernel;
  let at = 0;
  for (let output = 0; output < starts.length; output++) {
    const first = (starts[output] as number) * channels;
    const firstWeight = output * taps;
    for (let channel = 0; channel < channels; channel++) {
      let sum = 0;
      for (let tap = 0, index = first + channel; tap < (counts[output] as number); tap++, index += channels) {
        sum += (row[index] as number) * (weights[firstWeight + tap] as number);
      }
      result[at++] = sum;
    }
  }
}

/** `filterRow` of three channels of 8 bits, the same numbers in a third of the time: photographs spend theirs here. */
function filterRgbRow(row: Uint8Array, { starts, counts, taps, weights }: Kernel, result: Float32Array): void {
  let at = 0;
  for (let output = 0; output < starts.length; output++) {
    let index = (starts[output] as number) * 3;
    let red = 0;
    let green = 0;
    let blue = 0;
    const end = output * taps + (counts[output] as number);
    for (let tap = output * taps; tap < end; tap++, index += 3) {
      const weight = weights[tap] as number;
      red += (row[index] as number) * weight;
      green += (row[index + 1] as number) * weight;
      blue += (row[index + 2] as number) * weight;
    }
    result[at] = red;
    result[at + 1] = green;
    result[at + 2] = blue;
    at += 3;
  }
}

function loadRow(raster: Raster, start: number, row: Float32Array): void {
  const { channels, data } = raster;
  row.set(data.subarray(start, start + row.length));
  if (!hasAlpha(raster)) return;
  const most = maximum(raster);
  for (let pixel = 0; pixel < row.length; pixel += channels) {
    const opacity = (row[pixel + channels - 1] as number) / most;
    for (let index = pixel; index < pixel + channels - 1; index++) row[index] = (row[index] as number) * opacity;
  }
}

/** Filters along the columns of rows as long as `sums`, which become those of one output row. */
function filterColumns(rows: Float32Array, kernel: Kernel, output: number, sums: Float64Array): void {
  const { starts, counts, taps, weights } = kernel;
  const [first, count] = [starts[output] as number, counts[output] as number];
  const rowAt = (tap: number): Float32Array =>
    rows.subarray((first + tap) * sums.length, (first + tap + 1) * sums.length);
  const weightAt = (tap: number): number => weights[output * taps + tap] as number;
  sums.fill(0);
  let tap = 0;
  // Three at a time, so that a sum is loaded and stored less often; they are added in the same order.
  for (; tap + 3 <= count; tap += 3) {
    const [upper, middle, lower] = [rowAt(tap), rowAt(tap + 1), rowAt(tap + 2)];
    const [a, b, c] = [weightAt(tap), weightAt(tap + 1), weightAt(tap + 2)];
    for (let index = 0; index < sums.length; index++) {
      const above = (sums[index] as number) + (upper[index] as number) * a;
      sums[index] = above + (middle[index] as number) * b + (lower[index] as number) * c;
    }
  }
  for (; tap < count; tap++) {
    const [row, weight] = [rowAt(tap), weightAt(tap)];
    for (let index = 0; index < sums.length; index++) {
      sums[index] = (sums[index] as number) + (row[index] as number) * weight;
    }
  }
}

/** Rounds, to 32 bits first and then to whole numbers, after colours are divided by alpha again. */
function finishRow(raster: Raster, sums: Float64Array, data: Uint8Array | Uint16Array): void {
  const { channels } = raster;
  if (!hasAlpha(raster)) {
    // A mean is never above the largest value, nor below 0.
    for (let index = 0; index < sums.length; index++) data[index] = (Math.fround(sums[index] as number) + 0.5) | 0;
    return;
  }
  const most = maximum(raster);
  const alphaChannel = channels - 1;
  for (let pixel = 0; pixel < sums.length; pixel += channels) {
    const alpha = Math.fround(sums[pixel + alphaChannel] as number);
    const opacity = alpha > 0 ? alpha / most : 1;
    for (let channel = 0; channel < channels; channel++) {
      const sum = Math.fround(sums[pixel + channel] as number);
      data[pixel + channel] = Math.min(most, Math.round(channel === alphaChannel ? sum : sum / opacity));
    }
  }
}
