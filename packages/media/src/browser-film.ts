import { SensoriumError } from '@sensorium/contracts';
import type * as mediabunny from 'mediabunny';
import { animationTimes, framesShownAt } from './animation-times.js';
import { badMedia } from './media-error.js';
import type { Raster, RasterSize } from './raster.js';
import type { OpenFilm, OpenVideo } from './video-platform.js';

/** The browser's decoders: ImageDecoder for animated pictures, and WebCodecs, by mediabunny, for films. */
export const openFilmInBrowser: OpenFilm = (bytes, format, name) =>
  format === 'GIF' || format === 'WebP' ? openAnimation(bytes, format, name) : openFilm(bytes, format, name);

const lacking = (name: string, what: string): Error =>
  badMedia(name, `cannot be decoded here: this browser ${what}`, { hint: 'Use another browser, or another format.' });

/** A reader of containers, whose types of WebCodecs would contradict those of programs that know them already. */
async function loadMediabunny(): Promise<typeof mediabunny> {
  try {
    return await import('mediabunny');
  } catch (cause) {
    throw new SensoriumError({
      code: 'SENSORIUM_MISSING_PACKAGE',
      message: 'decoding a film on a page needs the package "mediabunny", which cannot be loaded here',
      hint: 'Install it, and build the page again: npm install mediabunny',
      cause,
    });
  }
}

async function openAnimation(bytes: Uint8Array, format: string, name: string): Promise<OpenVideo> {
  if (!('ImageDecoder' in globalThis)) throw lacking(name, 'has no ImageDecoder');
  const decoder = new ImageDecoder({ data: bytes as Uint8Array<ArrayBuffer>, type: `image/${format.toLowerCase()}` });
  await Promise.all([decoder.tracks.ready, decoder.completed]);
  const count = decoder.tracks.selectedTrack?.frameCount ?? 0;
  const durations: number[] = [];
  let size: RasterSize = { width: 0, height: 0 };
  for (let frameIndex = 0; frameIndex < count; frameIndex++) {
    const { image } = await decoder.decode({ frameIndex });
    durations.push((image.duration ?? 0) / 1000);
    size = { width: image.displayWidth, height: image.displayHeight };
    image.close();
  }
  const starts = animationTimes(durations);
  return {
    size,
    seconds: starts.at(-1) as number,
    async *frames(times, wanted, signal) {
      for (const frameIndex of framesShownAt(starts, times)) {
        signal?.throwIfAborted();
        const { image } = await decoder.decode({ frameIndex });
        const raster = rasterOf(wanted, 4, (context, { width, height }) =>
          context.drawImage(image, 0, 0, width, height),
        );
        image.close();
        yield { time: starts[frameIndex] as number, raster };
      }
    },
    close: () => decoder.close(),
  };
}

async function openFilm(bytes: Uint8Array, format: string, name: string): Promise<OpenVideo> {
  const { BufferSource, Input, MATROSKA, MP4, QTFF, VideoSampleSink, WEBM } = await loadMediabunny();
  const formats = format === 'MP4' ? [MP4, QTFF] : [WEBM, MATROSKA];
  const input = new Input({ source: new BufferSource(bytes), formats });
  try {
    const track = await input.getPrimaryVideoTrack();
    if ((await input.getTracks()).length === 0) throw new Error('it has no tracks');
    if (!track) {
      const hint = 'Take it out of the data, or read it with an input of sound.';
      throw badMedia(name, 'has no picture: it is a sound', { hint });
    }
    if (!(await track.canDecode())) throw lacking(name, `has no decoder for ${(await track.getCodec()) ?? 'it'}`);
    const size = { width: await track.getDisplayWidth(), height: await track.getDisplayHeight() };
    // What the header says, as in Node: where the last frame has no duration, the packets end before.
    const start = await track.getFirstTimestamp();
    const end = (await input.getDurationFromMetadata([track])) ?? (await track.computeDuration());
    const sink = new VideoSampleSink(track);
    return {
      size,
      seconds: end - start,
      async *frames(times, wanted, signal) {
        const samples = times ? sink.samplesAtTimestamps(times.map((time) => time + start)) : sink.samples();
        let last = -Infinity;
        for await (const sample of samples) {
          if (!sample) continue;
          try {
            signal?.throwIfAborted();
            if (sample.timestamp === last) continue;
            last = sample.timestamp;
            const raster = rasterOf(wanted, 3, (context, { width, height }) =>
              sample.draw(context, 0, 0, width, height),
            );
            yield { time: last - start, raster };
          } finally {
            sample.close();
          }
        }
      },
      close: () => input.dispose(),
    };
  } catch (cause) {
    input.dispose();
    throw cause;
  }
}

function rasterOf(
  size: RasterSize,
  channels: 3 | 4,
  draw: (context: OffscreenCanvasRenderingContext2D, size: RasterSize) => void,
): Raster {
  const { width, height } = size;
  const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true });
  if (!context) throw new Error('the browser gives no canvas of this size');
  context.imageSmoothingQuality = 'high';
  draw(context, size);
  const { data } = context.getImageData(0, 0, width, height);
  if (channels === 4) return { width, height, channels, data: new Uint8Array(data.buffer) };
  const rgb = new Uint8Array(width * height * 3);
  for (let pixel = 0; pixel < width * height; pixel++) {
    rgb.set(data.subarray(4 * pixel, 4 * pixel + 3), 3 * pixel);
  }
  return { width, height, channels, data: rgb };
}
