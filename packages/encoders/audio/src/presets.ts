import type { MelOptions } from '@sensorium/graph';
import type { AudioOptions } from './options.js';

/** From samples to what a network reads. */
export interface FrontEnd extends MelOptions {
  /** The least power that the logarithm sees. */
  readonly floor: number;
  readonly logarithm: 'natural' | 'decimal';
  /** What lies further below the window's peak is raised to that, in units of the logarithm. */
  readonly range?: number;
  /** (x − mean) / deviation; without, every window has mean 0 and deviation 1. */
  readonly moments?: { readonly mean: number; readonly deviation: number };
  /** Frames of zeros, before the moments, that the published input has behind a sound that fills its window. */
  readonly padding: number;
}

interface Preset {
  readonly rate?: number;
  readonly seconds?: number;
  readonly windows?: number;
  readonly frontEnd: (rate: number) => FrontEnd;
}

/** 25 ms every 10 ms, as all presets have it. */
const frames = (rate: number) => ({ rate, frame: Math.round(rate * 0.025), hop: Math.round(rate * 0.01) });

const powerOfTwo = (least: number): number => 2 ** Math.ceil(Math.log2(least));

/** Float32's distance from 1 to the next number, which torchaudio takes for the least power. */
const EPSILON = 2 ** -23;

/** `torchaudio.compliance.kaldi.fbank(htk_compat=True, window_type='hanning', num_mel_bins=128, dither=0)`. */
const kaldi = (rate: number) =>
  ({
    ...frames(rate),
    transform: powerOfTwo(rate * 0.025),
    window: 'symmetric',
    emphasis: true,
    bands: 128,
    lowest: 20,
    scale: 'kaldi',
    edges: 'within',
    floor: EPSILON,
    logarithm: 'natural',
  }) as const;

export const presets: Readonly<Record<AudioOptions['mel'], Preset>> = {
  default: {
    frontEnd: (rate) => ({
      ...frames(rate),
      // Below 8 kHz a frame alone would leave bands without a frequency of their own.
      transform: powerOfTwo(Math.max(256, rate * 0.025)),
      window: 'periodic',
      emphasis: false,
      bands: 64,
      lowest: 50,
      scale: 'kaldi',
      edges: 'zeros',
      floor: 1e-10,
      logarithm: 'decimal',
      range: 8,
      padding: 0,
    }),
  },
  /** Gong, Chung, Glass 2021, as trained on AudioSet: https://github.com/YuanGongND/ast, ASTFeatureExtractor. 1024 frames. */
  ast: {
    rate: 16000,
    seconds: 10.24,
    windows: 1,
    frontEnd: (rate) => ({ ...kaldi(rate), moments: { mean: -4.2677393, deviation: 2 * 4.5689974 }, padding: 2 }),
  },
  /** Girdhar et al. 2023: https://github.com/facebookresearch/ImageBind, imagebind/data.py. Three windows of 204 frames. */
  imagebind: {
    rate: 16000,
    seconds: 2,
    windows: 3,
    frontEnd: (rate) => ({ ...kaldi(rate), moments: { mean: -4.268, deviation: 9.138 }, padding: 6 }),
  },
  /** Radford et al. 2022: https://github.com/openai/whisper, whisper/audio.py. 3000 frames; (x + 4) / 4. */
  whisper: {
    rate: 16000,
    seconds: 30,
    windows: 1,
    frontEnd: (rate) => ({
      ...frames(rate),
      transform: frames(rate).frame,
      window: 'periodic',
      emphasis: false,
      bands: 80,
      lowest: 0,
      scale: 'slaney',
      edges: 'mirrored',
      floor: 1e-10,
      logarithm: 'decimal',
      range: 8,
      moments: { mean: -4, deviation: 4 },
      padding: 0,
    }),
  },
};
