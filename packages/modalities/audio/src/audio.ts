import { exampleBeside, type Modality } from '@sensorium/contracts';
import {
  decodeSound,
  disturbSound,
  encodeWav,
  examples,
  inTurns,
  lookingLike,
  recogniseFiles,
  type SoundNeeds,
  soundResamplingVersion,
  type Waveform,
} from '@sensorium/media';

/**
 * Sounds: a path or URL, the bytes of a file, a Blob, or a Waveform. Also the sound of a video. At most an hour, or as the limit
 * `seconds` says. A column that needs `{ rate, channels: 1 }` gets it resampled, and as the mean of its channels. People hear a WAV of
 * 16 bits; answers are written with 32.
 */
export const audio: Modality<Waveform> = {
  name: 'audio',
  from: 'file',
  exclusive: true,
  version: `1.${soundResamplingVersion}`,
  limits: ['seconds'],
  example: exampleBeside(import.meta.url, 'modality-audio', [examples.resampleSound]),
  decode: (source, io, needs?: SoundNeeds) => decodeSound(source, io, { needs }),
  recognises: (cells, io) => recogniseFiles(cells, io, 0.9, lookingLike(/sound$/)),
  show: (sound) => ({ kind: 'sound', wav: encodeWav(sound), alt: describe(sound) }),
  disturb: (sound, level, random, signal) => inTurns(disturbSound(sound, level, random), signal),
  write: async (sound) => ({ bytes: encodeWav(sound, 32), type: 'audio/wav' }),
};

function describe({ rate, channels }: Waveform): string {
  const seconds = Number(((channels[0]?.length ?? 0) / rate).toFixed(2));
  const count = channels.length === 1 ? 'mono' : `${channels.length} channels`;
  return `sound, ${seconds} s, ${rate} Hz, ${count}`;
}
