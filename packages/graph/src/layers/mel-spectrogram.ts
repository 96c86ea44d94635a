import type { SymbolicTensor } from '@sensorium/contracts';
import { add, square } from '../operators/arithmetic.js';
import { conv } from '../operators/convolution.js';
import { matmul } from '../operators/linear-algebra.js';
import { padAxes } from '../operators/padding.js';
import { unsqueeze } from '../operators/shaping.js';
import { slice } from '../operators/slicing.js';
import { constantTensor } from '../value.js';
import { bandMatrix, binsOf, type MelOptions, spectrumMatrix } from './mel-matrices.js';

export type { MelOptions } from './mel-matrices.js';

/**
 * The power of sounds in bands of mel, frame by frame: a convolution with the waves of the spectrum, and a product with the bands.
 * Samples [N,S] → [N,bands,T] with T = ⌊(S − frame) / hop⌋ + 1 frames that lie within them, or ⌊S / hop⌋ + 1 around every hop-th.
 * Logarithm and scale are the caller's. Without parameters.
 */
export function melSpectrogram(samples: SymbolicTensor, options: MelOptions): SymbolicTensor {
  const { bands } = options;
  const weights = matrix(bandMatrix(options), [bands, binsOf(options)]);
  return matmul(weights, powerSpectrum(samples, options));
}

/** The squared spectrum of every frame: [N,S] → [N,bins,T]. */
function powerSpectrum(samples: SymbolicTensor, options: MelOptions): SymbolicTensor {
  const { frame, hop, edges } = options;
  const bins = binsOf(options);
  const waves = matrix(spectrumMatrix(options), [2 * bins, 1, frame]);
  const around = edges === 'within' ? 0 : Math.floor(frame / 2);
  const mode = edges === 'mirrored' ? 'reflect' : 'constant';
  const line = around > 0 ? padAxes(samples, [0, around, 0, around], { mode }) : samples;
  const powers = square(conv(unsqueeze(line, 1), waves, { stride: hop }));
  return add(slice(powers, 1, 0, bins), slice(powers, 1, bins, 2 * bins));
}

const matrix = (data: Float32Array, shape: readonly number[]): SymbolicTensor =>
  constantTensor({ dtype: 'float32', shape, data });
