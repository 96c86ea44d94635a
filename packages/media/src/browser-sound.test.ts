import { fileURLToPath } from 'node:url';
import { required } from '@sensorium/contracts';
import { describeInChromium, launchChromium } from '@sensorium/testkit/chromium';
import type { Browser, Page } from 'playwright-core';
import { build, type Rolldown } from 'vite';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type * as Media from './browser.js';
import type { SoundNeeds, Waveform } from './index.js';
import * as node from './index.js';
import { codings, encodeSound } from './testing/sounds.js';

async function bundle(): Promise<string> {
  const result = (await build({
    configFile: false,
    logLevel: 'silent',
    resolve: { conditions: ['@sensorium/source', 'browser'] },
    build: {
      write: false,
      lib: { entry: fileURLToPath(new URL('./browser.ts', import.meta.url)), formats: ['iife'], name: 'media' },
    },
  })) as Rolldown.RolldownOutput[];
  const [chunk] = result.flatMap(({ output }) => output).filter((file) => file.type === 'chunk');
  return required(chunk, 'a chunk').code;
}

const SECONDS = 0.96;
const soundAt = (rate: number): Waveform => ({
  rate,
  channels: [0.01, 0.03].map((start) =>
    Float32Array.from(
      { length: Math.round(rate * SECONDS) },
      (_, at) => 0.5 * Math.sin(start * at + (at / rate) ** 2 * 900),
    ),
  ),
});

describeInChromium(() => {
  let browser: Browser;
  let page: Page;
  beforeAll(async () => {
    browser = await launchChromium();
    page = await browser.newPage();
    await page.addScriptTag({ content: await bundle() });
  });
  afterAll(() => browser?.close());

  type Outcome = { sound: Waveform } | { code: string; message: string };

  /** Decodes in the page; samples travel as plain numbers. */
  async function decode(bytes: Uint8Array, needs: SoundNeeds = {}): Promise<Outcome> {
    const outcome = await page.evaluate(
      async ([numbers, needed]) => {
        const { decodeSound, readAddress } = (globalThis as unknown as { media: typeof Media }).media;
        try {
          const io = { name: 'sound', read: readAddress };
          const sound = await decodeSound(new Uint8Array(numbers), io, { needs: needed });
          return { sound: { ...sound, channels: sound.channels.map((channel) => [...channel]) } };
        } catch (error) {
          return { code: String((error as { code?: string }).code), message: (error as Error).message };
        }
      },
      [[...bytes], needs] as const,
    );
    if (outcome.sound === undefined) return outcome;
    const channels = outcome.sound.channels.map((channel) => Float32Array.from(channel));
    return { sound: { ...outcome.sound, channels } };
  }

  it('gives the same numbers as in Node: WAV, also resampled', async () => {
    const wav = node.encodeWav(soundAt(22050));
    expect(await decode(wav)).toEqual({ sound: await node.decodeSound(wav) });
    const needs = { rate: 16000, channels: 1 } as const;
    const outcome = await decode(wav, needs);
    const expected = await node.decodeSound(wav, undefined, { needs });
    if (!('sound' in outcome)) return expect.fail(outcome.message);
    expect(outcome.sound.original).toEqual(expected.original);
    const [found, own] = [outcome.sound.channels[0]!, expected.channels[0]!];
    expect(found.length).toBe(own.length);
    expect(Math.max(...found.map((sample, at) => Math.abs(sample - own[at]!)))).toBeLessThan(1e-6);
  });

  it.each<[keyof typeof codings, number]>([
    ['FLAC', 48000],
    ['FLAC', 44100],
    ['MP3', 44100],
    ['Ogg Vorbis', 44100],
    ['Ogg Opus', 48000],
    ['M4A', 48000],
    ['AAC', 44100],
    ['WebM', 48000],
  ])('decodes %s of %i Hz as Node does, at its own rate', async (name, rate) => {
    const bytes = await encodeSound(soundAt(rate), codings[name]);
    const [outcome, own] = [await decode(bytes), await node.decodeSound(bytes)];
    if (!('sound' in outcome)) return expect.fail(outcome.message);
    expect(outcome.sound.rate).toBe(rate);
    expect(outcome.sound.channels.length).toBe(2);
    // Browsers keep silence that encoders add, or leave it out.
    const lag = lagBetween(outcome.sound.channels[0]!, own.channels[0]!);
    expect(Math.abs(lag)).toBeLessThanOrEqual(2304);
    for (const [index, channel] of outcome.sound.channels.entries()) {
      for (let at = 8000; at < 30000; at += 7) {
        expect(Math.abs(channel[at + lag]! - own.channels[index]![at]!)).toBeLessThan(0.01);
      }
    }
  });

  it('asks for a video’s sound at the rate that is needed', async () => {
    const bytes = await encodeSound(soundAt(48000), codings['M4A']);
    const outcome = await decode(bytes, { rate: 16000, channels: 1 });
    expect(outcome).toMatchObject({ sound: { rate: 16000 } });
  });

  it.each<[string, () => Promise<Uint8Array> | Uint8Array]>([
    ['no bytes', () => new Uint8Array()],
    ['text', () => new TextEncoder().encode('not a sound')],
    ['a cut WAV', () => node.encodeWav(soundAt(8000)).slice(0, 900)],
    ['a cut M4A', async () => (await encodeSound(soundAt(48000), codings['M4A'])).slice(0, 9000)],
    ['a cut Ogg', async () => (await encodeSound(soundAt(48000), codings['Ogg Opus'])).slice(0, 9000)],
    ['the first bytes of FLAC', () => new TextEncoder().encode('fLaC and no more than that')],
  ])('refuses %s', async (_, make) => {
    expect(await decode(await make())).toMatchObject({ code: 'SENSORIUM_BAD_MEDIA' });
  });
});

/** How many samples later the same is found. */
function lagBetween(found: Float32Array, own: Float32Array): number {
  const lags = Array.from({ length: 4609 }, (_, index) => index - 2304);
  const error = (lag: number): number => {
    let sum = 0;
    for (let at = 12000; at < 12200; at++) sum += (found[at + lag]! - own[at]!) ** 2;
    return sum;
  };
  return lags.reduce((best, lag) => (error(lag) < error(best) ? lag : best), 0);
}
