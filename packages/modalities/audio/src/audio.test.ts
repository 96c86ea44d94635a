import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Source } from '@sensorium/contracts';
import { encodeWav, readAddress } from '@sensorium/media';
import { conformsAsModality, conformsToReadme } from '@sensorium/testkit';
import { describe, expect, it } from 'vitest';
import { audio, type Waveform } from './index.js';

const io = { read: readAddress };
const wave = (phase: number): Float32Array =>
  Float32Array.from({ length: 800 }, (_, at) => Math.sin(at * 0.2 + phase) / 2);
const stereo: Waveform = { rate: 8000, channels: [wave(0), wave(1)] };
const wav = encodeWav(stereo);

conformsAsModality(audio, {
  sources: [wav, encodeWav(stereo, 32), new Blob([wav]), 'a.wav', stereo],
  bad: ['none.wav', new TextEncoder().encode('no'), wav.slice(0, 500), 7, {}, { rate: 8000, channels: [] }],
  files: new Map([['a.wav', wav]]),
});
conformsToReadme(audio, new URL('../README.md', import.meta.url), (name) => import(name) as Promise<object>);

it('shows a sound as a WAV of 16 bits, and writes one that keeps every sample', async () => {
  const shown = await audio.show(stereo);
  expect(shown).toEqual({ kind: 'sound', wav, alt: 'sound, 0.1 s, 8000 Hz, 2 channels' });
  const { bytes, type } = await audio.write!(stereo);
  expect(type).toBe('audio/wav');
  expect(await audio.decode(bytes, io)).toEqual(stereo);
});

it('gives a decoded sound back', async () => {
  expect(await audio.decode(stereo, io)).toBe(stereo);
});

it('gives a sound as it is needed, and says what it was', async () => {
  const mono = await audio.decode(wav, io, { rate: 16000, channels: 1 });
  expect(mono.rate).toBe(16000);
  expect(mono.channels.map(({ length }) => length)).toEqual([1600]);
  expect(mono.original).toEqual({ rate: 8000, channels: 2 });
  // The mean of both channels, at the same moment.
  expect(mono.channels[0]![800]).toBeCloseTo((stereo.channels[0]![400]! + stereo.channels[1]![400]!) / 2, 3);
});

it.each<[string, Source]>([
  ['unequal channels', { rate: 8000, channels: [new Float32Array(3), new Float32Array(4)] }],
  ['no samples', { rate: 8000, channels: [new Float32Array()] }],
  ['a rate of 0', { rate: 0, channels: [new Float32Array(3)] }],
  ['NaN', { rate: 8000, channels: [Float32Array.of(0, NaN)] }],
  ['other channels', { rate: 8000, channels: [[0, 1]] }],
])('refuses a sound with %s', async (_, source) => {
  await expect(audio.decode(source, { ...io, name: 'row 5' })).rejects.toMatchObject({
    code: 'SENSORIUM_BAD_MEDIA',
    message: expect.stringMatching(/^"row 5" /),
  });
});

it('refuses one that is longer than its limit', async () => {
  const limited = { ...io, limits: { seconds: 0.05 } };
  const large = { code: 'SENSORIUM_MEDIA_TOO_LARGE' };
  await expect(audio.decode(wav, limited)).rejects.toMatchObject(large);
  await expect(audio.decode(stereo, limited)).rejects.toMatchObject(large);
  await expect(audio.decode(wav, { ...io, limits: { bytes: 100 } })).rejects.toMatchObject(large);
});

const samples = fileURLToPath(new URL('../../../../../shared/data/samples/', import.meta.url));
describe.skipIf(!existsSync(samples))('real files, where they are', () => {
  it.each(['0.wav', '1.wav'])('are heard: %s', async (file) => {
    const sound = await audio.decode(`${samples}audio/${file}`, io);
    expect([sound.rate, sound.channels.map(({ length }) => length)]).toEqual([16000, [163872]]);
    expect(Math.max(...sound.channels[0]!.subarray(0, 50000))).toBeGreaterThan(0.01);
  });

  it('are refused where a video has no sound', async () => {
    await expect(audio.decode(`${samples}video/0.mp4`, io)).rejects.toMatchObject({
      code: 'SENSORIUM_BAD_MEDIA',
      message: expect.stringContaining('has no sound'),
    });
  });
});
