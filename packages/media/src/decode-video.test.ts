import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { type Clip, type ClipNeeds, decodeVideo, type Raster, readAddress } from './index.js';
import { brightening, encodeFilm, films, turnedFilm } from './testing/films.js';
import { codings, encodeSound } from './testing/sounds.js';

const io = { read: readAddress };
const needs: ClipNeeds = { frames: 4, rate: 0, width: 32, height: 16, fit: 'squeeze' };
const pixel = ({ width, channels, data }: Raster, x: number, y: number): number[] =>
  Array.from(data.subarray((y * width + x) * channels, (y * width + x) * channels + 3));
const brightness = ({ frames }: Clip): number[] =>
  frames.map((frame) => pixel(frame, frame.width - 4, frame.height - 4)[1]!);
const near = (found: readonly number[], expected: readonly number[], most = 12): void => {
  expect(found).toHaveLength(expected.length);
  found.forEach((value, index) => expect(Math.abs(value - expected[index]!)).toBeLessThanOrEqual(most));
};

/** 40 frames, 10 a second: frame i has the brightness 20 + 5 i. */
const frames = brightening(40);
const mp4 = await encodeFilm(frames, 10, films.MP4);

describe.each(Object.entries(films))('a film as %s', (_, coding) => {
  it('gives the frames that are needed, evenly over all of it, as large as needed', async () => {
    const clip = await decodeVideo(await encodeFilm(frames, 10, coding), io, needs);
    expect(clip.frames.map(({ width, height }) => `${width}×${height}`)).toEqual(new Array(4).fill('32×16'));
    near([...clip.times], [0.5, 1.5, 2.5, 3.5], 0.02);
    near(brightness(clip), [45, 95, 145, 195]);
    const [red, green] = pixel(clip.frames[2]!, 2, 1);
    expect(red).toBeGreaterThan(180);
    expect(green).toBeLessThan(60);
  });

  it('gives all frames without needs', async () => {
    const clip = await decodeVideo(await encodeFilm(frames.slice(0, 12), 10, coding), io);
    near(
      [...clip.times],
      Array.from({ length: 12 }, (_, index) => index / 10),
      0.02,
    );
    near(
      brightness(clip),
      Array.from({ length: 12 }, (_, index) => 20 + 5 * index),
    );
    expect(clip.frames[0]).toMatchObject({ width: 64, height: 32, channels: 3 });
  });
});

describe('frames', () => {
  it('come at a rate from the middle', async () => {
    const { times } = await decodeVideo(mp4, io, { ...needs, frames: 3, rate: 2 });
    near([...times], [1.2, 1.7, 2.2], 0.06);
    const all = await decodeVideo(mp4, io, { ...needs, frames: 100, rate: 5 });
    expect(all.frames).toHaveLength(20);
  });

  it('come once, however often one would be shown', async () => {
    const short = await encodeFilm(frames.slice(0, 3), 10, films.MP4);
    const clip = await decodeVideo(short, io, { ...needs, frames: 8 });
    near([...clip.times], [0, 0.1, 0.2], 0.02);
  });

  it('are looked up in a long film, and are those of a pass over all', async () => {
    const long = await encodeFilm(brightening(300, 32, 16), 10, films.MP4);
    const few = await decodeVideo(long, io, { ...needs, frames: 3 });
    const all = await decodeVideo(long, io, { ...needs, frames: 300 });
    expect(few.times).toEqual(Float64Array.of(5, 15, 25));
    for (const [index, time] of few.times.entries()) {
      expect(few.frames[index]).toEqual(all.frames[all.times.indexOf(time)]);
    }
  });

  it('are upright', async () => {
    const { frames: upright } = await decodeVideo(turnedFilm(mp4), io);
    expect(upright[0]).toMatchObject({ width: 32, height: 64 });
    const [red, green] = pixel(upright[0]!, 28, 4);
    expect([red! > 180, green! < 60]).toEqual([true, true]);
    near(pixel(upright[0]!, 4, 60), [20, 20, 20]);
  });
});

describe('an animated picture', () => {
  const pages = [10, 90, 200].map((level) => Buffer.alloc(16 * 8 * 3, level));
  const animated = sharp(Buffer.concat(pages), { raw: { width: 16, height: 24, channels: 3, pageHeight: 8 } });
  const delay = [100, 300, 0];

  it.each([
    ['GIF', () => animated.clone().gif({ delay, loop: 0 }).toBuffer()],
    ['WebP', () => animated.clone().webp({ delay, lossless: true, loop: 0 }).toBuffer()],
  ])('is a film: %s', async (_, make) => {
    const clip = await decodeVideo(await make(), io);
    near([...clip.times], [0, 0.1, 0.4], 0.001);
    near(brightness(clip), [10, 90, 200], 2);
    const two = await decodeVideo(await make(), io, { ...needs, frames: 2 });
    // In the middle of each half of 0.5 seconds.
    near([...two.times], [0.1], 0.001);
    expect(two.frames[0]).toMatchObject({ width: 32, height: 16, original: { width: 16, height: 8 } });
  });

  it('that has one frame is a film of one', async () => {
    const still = await sharp(pages[1], { raw: { width: 16, height: 8, channels: 3 } })
      .gif()
      .toBuffer();
    expect((await decodeVideo(still, io, needs)).frames).toHaveLength(1);
  });
});

describe('what is no film', () => {
  const refused = (bytes: Uint8Array) => expect(decodeVideo(bytes, { ...io, name: 'row 3' }, needs)).rejects;

  it('is refused: nothing, another file, a sound', async () => {
    await refused(new Uint8Array()).toThrow(/"row 3" is empty/);
    await refused(new TextEncoder().encode('hello')).toThrow(
      /is not a film that can be decoded: it looks like plain text/,
    );
    const tone = Float32Array.from({ length: 8000 }, (_, index) => Math.sin(index / 5) / 2);
    const sound = await encodeSound({ rate: 16000, channels: [tone] }, codings.M4A);
    await refused(sound).toThrow(/"row 3" has no picture: it is a sound/);
  });

  it('is refused: cut or damaged', async () => {
    for (const coding of [films.MP4, films.WebM]) {
      const film = await encodeFilm(frames, 10, coding);
      for (const share of [0.02, 0.3, 0.6]) {
        await refused(film.subarray(0, Math.round(film.length * share))).toMatchObject({ code: 'SENSORIUM_BAD_MEDIA' });
      }
    }
  });

  it('is refused beyond the limits', async () => {
    const limited = (limits: Record<string, number>) => expect(decodeVideo(mp4, { ...io, limits }, needs)).rejects;
    await limited({ seconds: 3 }).toThrow(/lasts 4 seconds; the limit is 3/);
    await limited({ pixels: 2000 }).toMatchObject({ code: 'SENSORIUM_MEDIA_TOO_LARGE' });
    await limited({ bytes: 1000 }).toMatchObject({ code: 'SENSORIUM_MEDIA_TOO_LARGE' });
  });

  it('is no clip whose parts contradict each other', async () => {
    const [first, second] = frames as [Raster, Raster];
    const clip = { frames: [first, second], times: Float64Array.of(0, 1) };
    expect(await decodeVideo(clip, io)).toBe(clip);
    const bad = (change: object) => expect(decodeVideo({ ...clip, ...change }, io)).rejects;
    await bad({ frames: [] }).toThrow(/without frames/);
    await bad({ times: Float64Array.of(1, 0) }).toThrow(/ascending/);
    await bad({ times: Float64Array.of(1) }).toThrow(/one for each frame/);
    await bad({ frames: [first, brightening(1, 8, 8)[0]] }).toThrow(/different sizes/);
  });
});

it('stops between frames', async () => {
  const controller = new AbortController();
  const reason = new Error('enough');
  setTimeout(() => controller.abort(reason), 1);
  await expect(decodeVideo(mp4, { ...io, signal: controller.signal })).rejects.toBe(reason);
});
