import { describe, expect, it } from 'vitest';
import { decodeSound, encodePng, encodeWav, readAddress, resampleSound, toMono, type Waveform } from './index.js';
import { codings, encodeSound } from './testing/sounds.js';

const RATE = 48000;
/** Whole frames of every encoder. */
const SECONDS = 1.92;
/** A sound that is nowhere like itself a moment later, so that a shift is seen. */
const chirp = (start: number): Float32Array =>
  Float32Array.from(
    { length: Math.round(RATE * SECONDS) },
    (_, at) => 0.5 * Math.sin(start * at + (at / RATE) ** 2 * 900),
  );
const sound: Waveform = { rate: RATE, channels: [chirp(0.01), chirp(0.03)] };

const files = new Map<string, Promise<Uint8Array>>();
const fileOf = (name: keyof typeof codings): Promise<Uint8Array> => {
  const file = files.get(name) ?? encodeSound(sound, codings[name]);
  files.set(name, file);
  return file;
};
const names = Object.keys(codings) as (keyof typeof codings)[];

/** Decibels of the sound above what is not it, away from its ends. */
function fidelity(found: Float32Array, expected: Float32Array, delay = 0): number {
  let [signal, error] = [0, 0];
  for (let at = RATE / 4; at < RATE * (SECONDS - 0.25); at++) {
    signal += expected[at]! ** 2;
    error += (found[at + delay]! - expected[at]!) ** 2;
  }
  return 10 * Math.log10(signal / error);
}

describe.each(names)('%s', (name) => {
  it('is decoded, both channels at its rate and in its time', async () => {
    const { rate, channels } = await decodeSound(await fileOf(name));
    expect(rate).toBe(RATE);
    expect(channels.length).toBe(2);
    // ADTS does not say what its encoder put before the first sample.
    const delay = name === 'AAC' ? 1024 : 0;
    for (const [index, channel] of channels.entries()) {
      expect(Math.abs(channel.length - RATE * SECONDS)).toBeLessThanOrEqual(2048);
      expect(fidelity(channel, sound.channels[index]!, delay)).toBeGreaterThan(name === 'FLAC' ? 80 : 14);
    }
  });

  it('comes as it is needed', async () => {
    const bytes = await fileOf(name);
    const needed = await decodeSound(bytes, undefined, { needs: { rate: 16000, channels: 1 } });
    expect(needed.original).toEqual({ rate: RATE, channels: 2 });
    expect(needed.channels).toEqual(resampleSound(toMono(await decodeSound(bytes)), 16000).channels);
  });

  // Frames of ADTS stand alone: a cut between two of them cannot be seen.
  it.each(name === 'AAC' ? [] : [0.1, 0.5, 0.8])('is refused where only %f of it is there', async (share) => {
    const bytes = await fileOf(name);
    const cut = bytes.slice(0, Math.floor(bytes.length * share));
    await expect(decodeSound(cut, { name: 'cut.bin', read: readAddress })).rejects.toMatchObject({
      code: 'SENSORIUM_BAD_MEDIA',
      location: { file: 'cut.bin' },
    });
  });

  it('is refused above a limit, and where it was ended', async () => {
    const bytes = await fileOf(name);
    const io = { read: readAddress, limits: { seconds: 1 } };
    await expect(decodeSound(bytes, io)).rejects.toMatchObject({ code: 'SENSORIUM_MEDIA_TOO_LARGE' });
    const aborted = { read: readAddress, signal: AbortSignal.abort() };
    await expect(decodeSound(bytes, aborted)).rejects.toMatchObject({ name: 'AbortError' });
  });
});

describe('a file whose frames stand alone', () => {
  /** Without the first frame, which counts the others. */
  const withoutCount = (mp3: Uint8Array): Uint8Array => {
    const file = Buffer.from(mp3);
    return mp3.slice(file.indexOf('fffb', file.indexOf('Info'), 'hex'));
  };

  it.each([
    ['AAC', async () => fileOf('AAC')],
    ['MP3', async () => withoutCount(await fileOf('MP3'))],
  ])('as in %s is refused where the last of them is cut', async (_, file) => {
    const bytes = await file();
    const { channels } = await decodeSound(bytes);
    expect(channels[0]!.length).toBeGreaterThan((RATE * SECONDS) / 2);
    await expect(decodeSound(bytes.slice(0, -5))).rejects.toMatchObject({
      code: 'SENSORIUM_BAD_MEDIA',
      message: expect.stringContaining('its last frame is cut'),
    });
  });
});

it('does not read a file that a playlist names', async () => {
  const playlist = new TextEncoder().encode('#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n/etc/passwd\n');
  await expect(decodeSound(playlist)).rejects.toThrow(/is not a sound that can be decoded/);
});

it('refuses what begins as a sound and is none, and a picture', async () => {
  for (const head of ['fLaC', 'OggS', 'ID3', '\x1aE\xdf\xa3', '\0\0\0 ftypM4A ']) {
    const bytes = Uint8Array.from({ length: 3000 }, (_, at) => head.charCodeAt(at) || (at * 7919) % 251);
    await expect(decodeSound(bytes)).rejects.toMatchObject({ code: 'SENSORIUM_BAD_MEDIA' });
  }
  const png = await encodePng({ width: 2, height: 2, channels: 1, data: new Uint8Array(4) });
  await expect(decodeSound(png)).rejects.toThrow(/looks like a picture \(PNG\)/);
});

it('leaves the event loop to others', async () => {
  const long = encodeWav({ rate: RATE, channels: [new Float32Array(RATE * 60), new Float32Array(RATE * 60)] });
  let turns = 0;
  const timer = setInterval(() => turns++, 1);
  await decodeSound(long, undefined, { needs: { rate: 16000, channels: 1 } });
  clearInterval(timer);
  expect(turns).toBeGreaterThan(20);
});

it('stops decoding when it is told to', async () => {
  const controller = new AbortController();
  const bytes = await fileOf('MP3');
  const decoding = decodeSound(bytes, { read: readAddress, signal: controller.signal });
  setTimeout(() => controller.abort(), 5);
  await expect(decoding).rejects.toMatchObject({ name: 'AbortError' });
});
