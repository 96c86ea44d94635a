import { image } from '@sensorium/modality-image';
import { motion } from '@sensorium/modality-motion';
import { series } from '@sensorium/modality-series';
import { decodeImage, encodePng } from '@sensorium/media';
import { describe, expect, it } from 'vitest';
import type { Example, Sight } from '../metrics.js';
import { renderReport } from './index.js';
import { linesOf, metrics, render, sourcesOf, textOf } from './testing/page.js';

const textSight = (text: string): Sight => ({ kind: 'text', text });

const example = (changes: Partial<Example> = {}): Example => ({
  head: 'animal',
  rank: 'worst',
  inputs: { note: [textSight('sleeps a lot')] },
  truth: [textSight('cat')],
  answer: { text: 'dog', confidence: 0.875 },
  details: [],
  ...changes,
});

/** A picture of noise, which no compression makes small. */
async function noise(width: number, height = width): Promise<Sight> {
  const data = Uint8Array.from({ length: width * height * 3 }, () => Math.random() * 256);
  return { kind: 'picture', png: await encodePng({ width, height, channels: 3, data }), alt: `${width}×${height}` };
}

describe('an example', () => {
  it('shows pictures as they are, texts, truth, answer and confidence', async () => {
    const data = Uint8Array.from({ length: 8 * 6 * 3 }, (_, index) => index);
    const raster = { width: 8, height: 6, channels: 3 as const, data };
    const page = await render({}, [
      example({ inputs: { photo: [await image.show(raster)], note: [textSight('sleeps a lot')] } }),
    ]);
    expect(await decodeImage(sourcesOf(page, 'img')[0] as string)).toEqual(raster);
    expect(page).toMatch(/<img[^>]*class="pixels"/s);
    expect(textOf(page)).toContain('animal: the worst answers photo note sleeps a lot Answer dog 87.50% Truth cat');
  });

  it('has below its truth what the meter says of it', async () => {
    const details = [
      { title: 'runner-up', text: 'cow', confidence: 0.09 },
      { title: 'right', text: 'cat', confidence: 0.03 },
      { title: 'off by', text: '+3 °' },
    ];
    expect(textOf(await render({}, [example({ details })]))).toContain(
      'Answer dog 87.50% Truth cat runner-up cow 9.00% right cat 3.00% off by +3 °',
    );
  });

  it('is seen at once where it is among the first eight of its rank; a click shows the others', async () => {
    const many = Array.from({ length: 11 }, (_, index) => example({ answer: { text: `answer ${index}` } }));
    const text = textOf(await render({}, many));
    expect(text).toMatch(/answer 7 .* 3 more .*answer 8 /);
    expect(await render({}, many.slice(0, 8))).not.toContain(' more</summary>');
  });

  it('does without truth, confidence and a value; shows many values and answers that are media', async () => {
    const answer = { text: 'a picture of 4×4', media: await noise(4) };
    const page = await render({}, [
      example({ rank: 'some', inputs: { photo: [], views: [await noise(2), await noise(3)] }, truth: [], answer }),
    ]);
    expect(textOf(page)).toContain('animal: some answers photo no value views Answer a picture of 4×4 ');
    expect(sourcesOf(page, 'img')).toHaveLength(3);
  });

  it('draws a curve', async () => {
    const values = Float32Array.from([0, 1, 2, 0.5, 4, 0]);
    const shown = await motion.show({ channels: ['x', 'y'], values, time: 50 });
    const page = await render({}, [example({ inputs: { wand: [shown] } })]);
    const own = page.slice(page.indexOf('id="examples"'));
    expect(linesOf(own).filter((line) => line.length === 3)).toHaveLength(2);
    expect(own).toMatch(/aria-label="motion of x, y, 3 rows[^"]*x goes from 0 at time/);
  });

  it('plays a sound, cut where it is long', async () => {
    const wav = wavOf(16_000, 60);
    const page = await render({}, [example({ inputs: { speech: [{ kind: 'sound', wav, alt: 'a minute' }] } })]);
    expect(page).toMatch(/<audio[^>]*controls[^>]*aria-label="a minute"/s);
    expect(sourcesOf(page, 'audio')[0]).toMatch(/^data:audio\/wav;base64,/);
    expect(page).not.toContain('its first');
    const many = Array.from({ length: 24 }, () =>
      example({ inputs: { speech: [{ kind: 'sound', wav, alt: 'a minute' }] } }),
    );
    const long = await render({}, many);
    expect(Buffer.byteLength(long)).toBeLessThan(5e6);
    expect(textOf(long)).toContain('its first 3.9 s');
    const [, base64] = (sourcesOf(long, 'audio')[0] as string).split(',');
    const cut = Buffer.from(base64 as string, 'base64');
    expect(cut.readUInt32LE(4)).toBe(cut.length - 8);
    expect(cut.readUInt32LE(40)).toBe(cut.length - 44);
    expect(cut.subarray(44)).toEqual(Buffer.from(wav.subarray(44, cut.length)));
  });

  it('has its spectrogram above a sound', async () => {
    const page = await render({}, [
      example({ inputs: { speech: [{ kind: 'sound', wav: wavOf(8000, 1), alt: 'a word' }] } }),
    ]);
    expect(page).toMatch(/<img[^>]*class="spectrogram"[^>]*alt="spectrogram up to 4 kHz: a word"[^>]*>\s*<audio/s);
    const [source] = sourcesOf(page, 'img');
    expect(await decodeImage(source as string)).toMatchObject({ width: 136, height: 68, channels: 3 });
  });

  it('breaks lines at gaps, and shows what stands alone between two as a dot', async () => {
    const values = Float32Array.from({ length: 60 }, (_, row) => (row === 20 || row === 22 ? NaN : Math.sin(row)));
    const shown = await series.show({ channels: ['x'], values });
    const page = await render({}, [example({ inputs: { ward: [shown] } })]);
    const own = page.slice(page.indexOf('id="examples"'));
    expect(linesOf(own).map(({ length }) => length)).toEqual([20, 1, 37]);
    expect(own.match(/<circle/g)).toHaveLength(1);
  });

  it('shows many channels below each other, each in its own range', async () => {
    const channels = Array.from({ length: 30 }, (_, channel) => `sensor${channel}`);
    const values = Float32Array.from({ length: 30 * 5 }, (_, at) => 10 ** (at % 3) * Math.floor(at / 30));
    const page = await render({}, [example({ inputs: { engine: [await series.show({ channels, values })] } })]);
    const own = page.slice(page.indexOf('id="examples"'));
    expect(linesOf(own)).toHaveLength(24);
    for (const line of linesOf(own)) {
      expect(line).toEqual([
        [1, 15],
        [25.5, 11.5],
        [50, 8],
        [74.5, 4.5],
        [99, 1],
      ]);
    }
    expect(own).toContain('sensor1: 0 to 40. sensor2: 0 to 400.');
    expect(textOf(own)).toContain('value over row, each in its own range; 6 more are not shown');
  });

  it('shows frames of a clip, evenly spread, with their times', async () => {
    const pngs = await Promise.all(
      Array.from({ length: 12 }, async (_, index) => ((await noise(4 + index)) as { png: Uint8Array }).png),
    );
    const page = await render({}, [example({ inputs: { clip: [{ kind: 'frames', pngs, rate: 4, alt: 'a clip' }] } })]);
    const rasters = await Promise.all(sourcesOf(page, 'img').map((source) => decodeImage(source)));
    expect(rasters.map(({ width }) => width)).toEqual([4, 6, 8, 10, 12, 14]);
    expect(page).toMatch(/alt="a clip, at 0 s"/);
    expect(page).toMatch(/alt="a clip, at 2.5 s"/);
  });

  it('reduces large pictures and keeps their proportions', async () => {
    const page = await render({}, [example({ inputs: { photo: [await noise(400, 100)] } })]);
    expect(await decodeImage(sourcesOf(page, 'img')[0] as string)).toMatchObject({ width: 96, height: 24 });
    expect(page).not.toMatch(/<img[^>]*class="pixels"/s);
  });

  it('has a note for a value that cannot be shown', async () => {
    const damaged: Sight = { kind: 'picture', png: new TextEncoder().encode('no picture'), alt: 'damaged' };
    const page = await render({}, [
      example({ inputs: { photo: [damaged], other: [{ problem: 'photos/1.png is gone' }] } }),
    ]);
    expect(sourcesOf(page, 'img')).toEqual([]);
    expect(textOf(page)).toContain('This cannot be shown. photos/1.png is gone');
    expect(page.match(/cannot be shown/g)).toHaveLength(2);
  });
});

it('the page stays below 2 MB, even of noise, long texts and a huge manifest', async () => {
  const long = textSight('word '.repeat(20_000));
  const examples = ['animal', 'breed'].flatMap((head) => Array.from({ length: 24 }, () => head));
  const picture = await noise(200);
  const values = Float32Array.from({ length: 6 * 500 }, () => Math.random());
  const series = await motion.show({ channels: ['a', 'b', 'c', 'd', 'e', 'f'], values, time: 50 });
  const inputs = { left: [{ ...picture }], right: [{ ...picture }], wand: [series], note: [long] };
  const page = await renderReport({
    metrics,
    examples: examples.map((head) => example({ head, inputs, truth: [long], answer: { text: 'x'.repeat(1e5) } })),
    variations: Array.from({ length: 6 }, () => ({
      name: 'motion',
      value: series,
      variants: [{ ...picture }, series, long],
    })),
    plan: '',
    manifestText: 'x'.repeat(5e6),
  });
  expect(Buffer.byteLength(page)).toBeLessThan(2e6);
  expect(sourcesOf(page, 'img')).toHaveLength(102);
  expect(textOf(page)).toContain('(4,800,000 characters more)');
});

/** 16-bit mono of a rising pattern, with the plain header of 44 bytes. */
function wavOf(rate: number, seconds: number): Uint8Array {
  const bytes = Buffer.alloc(44 + rate * seconds * 2);
  bytes.write('RIFF', 0);
  bytes.writeUInt32LE(bytes.length - 8, 4);
  bytes.write('WAVEfmt ', 8);
  bytes.writeUInt32LE(16, 16);
  bytes.writeUInt16LE(1, 20);
  bytes.writeUInt16LE(1, 22);
  bytes.writeUInt32LE(rate, 24);
  bytes.writeUInt32LE(rate * 2, 28);
  bytes.writeUInt16LE(2, 32);
  bytes.writeUInt16LE(16, 34);
  bytes.write('data', 36);
  bytes.writeUInt32LE(bytes.length - 44, 40);
  for (let at = 44; at < bytes.length; at += 2) bytes.writeUInt16LE(at % 65_521, at);
  return bytes;
}

describe('variations', () => {
  it('show each value beside its variants, by the column', async () => {
    const page = await render(
      {},
      [],
      [
        { name: 'note', value: textSight('sleeps a lot'), variants: [textSight('sleeps □ lot'), textSight('□ a lot')] },
        { name: 'photo', value: { problem: 'a lens cap' }, variants: [] },
      ],
    );
    expect(textOf(page)).toContain(
      'note sleeps a lot as it is sleeps □ lot variant 1 □ a lot variant 2 photo This cannot be shown. a lens cap as it is',
    );
  });

  it('are left out where nothing varies', async () => {
    expect(await render()).not.toContain('id="variations"');
  });
});
