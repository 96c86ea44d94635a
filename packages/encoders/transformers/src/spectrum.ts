import type { SymbolicTensor } from '@sensorium/contracts';
import {
  add,
  constantTensor,
  conv,
  log,
  matmul,
  max,
  maximum,
  mul,
  padAxes,
  slice,
  square,
  sub,
  unsqueeze,
} from '@sensorium/graph';

export interface SpectrumOptions {
  /** Samples in a second. */
  readonly rate: number;
  /** Samples of a frame, and from one frame to the next. */
  readonly window: number;
  readonly hop: number;
  readonly bands: number;
  /** The lowest and the highest frequency in Hz. */
  readonly low: number;
  readonly high: number;
  /** Frames, from the first on. */
  readonly frames: number;
}

/** Below it, power counts as nothing. */
const FLOOR = 1e-10;

/**
 * Power of sound in bands of Slaney's mel scale, in decimal logarithms: [B,N] → [B,bands,frames]. Frames are centred, with
 * the sound mirrored at its ends, under a Hann window; each filter has the same area.
 */
export function logMel(samples: SymbolicTensor, options: SpectrumOptions): SymbolicTensor {
  const { window, hop, frames } = options;
  const half = Math.floor(window / 2);
  const around = padAxes(samples, [0, half, 0, half], { mode: 'reflect' });
  const bins = half + 1;
  const waves = constantTensor({ dtype: 'float32', shape: [2 * bins, 1, window], data: fourier(window) });
  const parts = slice(conv(unsqueeze(around, 1), waves, { stride: hop }), 2, 0, frames);
  const power = add(square(slice(parts, 1, 0, bins)), square(slice(parts, 1, bins, 2 * bins)));
  const filters = constantTensor({ dtype: 'float32', shape: [options.bands, bins], data: melFilters(options) });
  return mul(log(maximum(matmul(filters, power), FLOOR)), 1 / Math.LN10);
}

/** As Whisper takes it (Radford et al. 2023): at most 8 below the loudest, and about −1…1. */
export function whisperScale(mel: SymbolicTensor): SymbolicTensor {
  const loudest = max(mel, [1, 2], { keep: true });
  return mul(add(maximum(mel, sub(loudest, 8)), 4), 1 / 4);
}

/** Cosines and then sines of all frequencies, under a periodic Hann window: [2·bins,size]. */
function fourier(size: number): Float32Array {
  const bins = Math.floor(size / 2) + 1;
  const waves = new Float32Array(2 * bins * size);
  for (let at = 0; at < size; at++) {
    const weight = 0.5 - 0.5 * Math.cos((2 * Math.PI * at) / size);
    for (let bin = 0; bin < bins; bin++) {
      const angle = (2 * Math.PI * ((bin * at) % size)) / size;
      waves[bin * size + at] = weight * Math.cos(angle);
      waves[(bins + bin) * size + at] = weight * Math.sin(angle);
    }
  }
  return waves;
}

/** Triangles of area 1 between neighbours that have equal distances in mel: [bands,bins]. */
function melFilters({ rate, window, bands, low, high }: SpectrumOptions): Float32Array {
  const bins = Math.floor(window / 2) + 1;
  const [bottom, top] = [toMel(low), toMel(high)];
  const edge = (index: number): number => toHertz(bottom + ((top - bottom) * index) / (bands + 1));
  const filters = new Float32Array(bands * bins);
  for (let band = 0; band < bands; band++) {
    const [left, middle, right] = [edge(band), edge(band + 1), edge(band + 2)];
    for (let bin = 0; bin < bins; bin++) {
      const hertz = ((rate / 2) * bin) / (bins - 1);
      const height = Math.min((hertz - left) / (middle - left), (right - hertz) / (right - middle));
      filters[band * bins + bin] = (Math.max(0, height) * 2) / (right - left);
    }
  }
  return filters;
}

/** Slaney's scale (Auditory Toolbox, 1998): a straight line up to 1 kHz, logarithms above. */
const HERTZ_PER_MEL = 200 / 3;
const [BEND_HERTZ, STEP] = [1000, Math.log(6.4) / 27];
const BEND_MEL = BEND_HERTZ / HERTZ_PER_MEL;

const toMel = (hertz: number): number =>
  hertz < BEND_HERTZ ? hertz / HERTZ_PER_MEL : BEND_MEL + Math.log(hertz / BEND_HERTZ) / STEP;

const toHertz = (mel: number): number =>
  mel < BEND_MEL ? mel * HERTZ_PER_MEL : BEND_HERTZ * Math.exp(STEP * (mel - BEND_MEL));
