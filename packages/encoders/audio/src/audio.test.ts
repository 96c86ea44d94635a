import type { Waveform } from '@sensorium/modality-audio';
import { conformsAsEncoder, conformsToReadme } from '@sensorium/testkit';
import { audio } from './index.js';

const sound = (samples: number, rate: number, channels = 1): Waveform => ({
  rate,
  channels: Array.from({ length: channels }, (_, channel) =>
    Float32Array.from(
      { length: samples },
      (_, at) => 0.4 * Math.sin(at * 0.3 + channel) + 0.2 * Math.sin(at * at * 1e-4),
    ),
  ),
});

const known = { rate: 4000, seconds: 0.3, longest: 0.3, windows: 1, size: 'tiny', channels: 2, dim: 6 } as const;

conformsAsEncoder(audio, {
  options: [
    { ...known, rate: undefined, depth: 2 },
    { ...known, size: 'base', longest: 0.8, windows: 3, dropout: 0.3, mel: 'whisper' },
    { ...known, mel: 'ast', augment: { shift: 0.4, stretch: 0.2, gain: 6, noise: 0.1 } },
    { ...known, mel: 'imagebind', seconds: 0.2, augment: { frames: 0.4, bands: 0.3 } },
    { ...known, channels: undefined, dim: undefined, depth: 3 },
  ],
  values: [sound(1200, 4000), sound(700, 4000), sound(4410, 4410, 2), sound(1, 8000)],
});
conformsToReadme(audio, new URL('../README.md', import.meta.url), (name) => import(name) as Promise<object>);
