import type { SymbolicTensor } from '@sensorium/contracts';
import { add, log, max, maximum, melSpectrogram, mul, slice, sub } from '@sensorium/graph';

export interface SpectrumOptions {
  /** Samples in a second. */
  readonly rate: number;
  /** Samples of a frame, and from one frame to the next. */
  readonly frame: number;
  readonly hop: number;
  readonly bands: number;
  /** Hz */
  readonly lowest: number;
  readonly highest: number;
  /** Frames, from the first on. */
  readonly frames: number;
}

/** Below it, power counts as nothing. */
const FLOOR = 1e-10;

/** Power in bands of mel, as librosa has them, in decimal logarithms: samples [B,N] → [B,bands,frames]. */
export function logMel(samples: SymbolicTensor, { frames, ...own }: SpectrumOptions): SymbolicTensor {
  const mel = { ...own, transform: own.frame, window: 'periodic', emphasis: false, scale: 'slaney' } as const;
  const power = slice(melSpectrogram(samples, { ...mel, edges: 'mirrored' }), 2, 0, frames);
  return mul(log(maximum(power, FLOOR)), 1 / Math.LN10);
}

/** As Whisper takes it (Radford et al. 2023): at most 8 below the loudest, and about −1…1. */
export function whisperScale(mel: SymbolicTensor): SymbolicTensor {
  const loudest = max(mel, [1, 2], { keep: true });
  return mul(add(maximum(mel, sub(loudest, 8)), 4), 1 / 4);
}
