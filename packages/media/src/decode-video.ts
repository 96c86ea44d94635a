import { type IO, SensoriumError, type Source } from '@sensorium/contracts';
import { type FitMode, type PictureNeeds, scaling } from './fit.js';
import { looksLike } from './looks-like.js';
import { badMedia, checkPixels, tooLarge } from './media-error.js';
import { checkRaster, type Raster, type RasterSize } from './raster.js';
import type { ReadAddress } from './read-address.js';
import { nameOf, readBytes } from './read-source.js';
import { inTurns } from './steps.js';
import { videoFormat } from './video-format.js';
import type { OpenFilm, OpenVideo } from './video-platform.js';

/** Pictures of a film, and when each begins to be shown. */
export interface Clip {
  /** At least one. All of the same size. */
  readonly frames: readonly Raster[];
  /** Ascending, in seconds. */
  readonly times: Float64Array;
}

/** How many frames of a film are needed, and how large. */
export type ClipNeeds = {
  /** At most so many. */
  readonly frames: number;
  /** Frames a second, in the middle of the film. 0: evenly over all of it. */
  readonly rate: number;
  readonly width: number;
  readonly height: number;
  readonly fit: FitMode;
};

export type DecodeVideo = (source: Source, io?: IO, needs?: ClipNeeds) => Promise<Clip>;

const MOST_BYTES = 2 ** 32;
const MOST_SECONDS = 4 * 3600;
/** Of all frames together that are given: 1.5 GB of RGB. */
const MOST_PIXELS_KEPT = 500e6;
const REPLACE = 'Get the film again, or take it out of the data.';

/** @param read where films come from if no `io` is given */
export const videoDecoder =
  (open: OpenFilm, read: ReadAddress): DecodeVideo =>
  async (source, io = { read }, needs) => {
    const name = nameOf(source, io);
    if (isClip(source)) return checkClip(source, name);
    const bytes = await readBytes(source, io, MOST_BYTES);
    if (bytes.length === 0) throw badMedia(name, 'is empty: it has no bytes', { hint: REPLACE });
    const format = videoFormat(bytes);
    if (!format) {
      const hint = 'Films may be MP4, MOV, WebM, Matroska, and GIF and WebP, animated or not.';
      throw badMedia(name, `is not a film that can be decoded: it looks like ${looksLike(bytes)}`, { hint });
    }
    try {
      const film = await open(bytes, format, name);
      try {
        return await framesOf(film, name, io, needs);
      } finally {
        await film.close();
      }
    } catch (cause) {
      io.signal?.throwIfAborted();
      if (SensoriumError.is(cause)) throw cause;
      const reason = (cause as Error).message.split('\n', 1).join();
      throw badMedia(name, `begins as ${format}, but is damaged or cut: ${reason}`, { hint: REPLACE, cause });
    }
  };

async function framesOf(film: OpenVideo, name: string, io: IO, needs: ClipNeeds | undefined): Promise<Clip> {
  const { seconds, size } = film;
  checkPixels(name, size.width, size.height, io.limits?.['pixels'] ?? 100e6);
  const mostSeconds = io.limits?.['seconds'] ?? MOST_SECONDS;
  if (seconds > mostSeconds) {
    throw tooLarge(name, `lasts ${Math.round(seconds)} seconds; the limit is ${mostSeconds}`, 'Cut it into several.');
  }
  const frames: Raster[] = [];
  const times: number[] = [];
  let pixels = 0;
  for await (const { time, raster } of film.frames(
    needs && timesOf(seconds, needs),
    roughSize(size, needs),
    io.signal,
  )) {
    io.signal?.throwIfAborted();
    const frame = needs ? await inTurns(scaling(raster, needs, size), io.signal) : raster;
    frames.push(needs ? { ...frame, original: size } : frame);
    times.push(time);
    pixels += frame.width * frame.height;
    checkKept(pixels, frames.length, name);
  }
  if (frames.length === 0) throw new Error('it has no frame');
  return { frames, times: Float64Array.from(times) };
}

function checkKept(pixels: number, count: number, name: string): void {
  if (pixels <= MOST_PIXELS_KEPT) return;
  throw tooLarge(
    name,
    `has more pixels in its first ${count} frames than the limit of ${MOST_PIXELS_KEPT / 1e6} million`,
    'Ask for fewer or smaller frames, or cut it.',
  );
}

/** Each in the middle of the time that it stands for. */
function timesOf(seconds: number, { frames, rate }: ClipNeeds): number[] {
  const all = rate > 0 ? Math.max(1, Math.floor(seconds * rate)) : frames;
  const count = Math.min(frames, all);
  const first = Math.floor((all - count) / 2);
  const step = rate > 0 ? 1 / rate : seconds / frames;
  return Array.from({ length: count }, (_, index) => Math.min((first + index + 0.5) * step, seconds));
}

/** Enough for ours, the last step, to decide. */
const SPARE = 2;

/** A size that is more than enough for what is needed. */
function roughSize({ width, height }: RasterSize, needs: PictureNeeds | undefined): RasterSize {
  if (!needs) return { width, height };
  const [across, down] = [needs.width / width, needs.height / height];
  const scale = Math.min(1, SPARE * Math.max(across, down));
  return { width: Math.ceil(width * scale), height: Math.ceil(height * scale) };
}

const isClip = (source: Source): source is Clip =>
  typeof source === 'object' && 'frames' in source && 'times' in source;

/** Throws SENSORIUM_BAD_MEDIA for a clip whose parts contradict each other. */
function checkClip(clip: Clip, name: string): Clip {
  const { frames, times } = clip;
  if (!Array.isArray(clip.frames) || frames.length === 0) throw badMedia(name, 'is a clip without frames');
  const first = frames[0] as Raster;
  for (const frame of frames) {
    checkRaster(frame, name);
    if (frame.width !== first.width || frame.height !== first.height) {
      throw badMedia(name, 'is a clip whose frames have different sizes');
    }
  }
  const ascend =
    times instanceof Float64Array && times.every((time, index) => index === 0 || time >= (times[index - 1] as number));
  if (!ascend || times.length !== frames.length) {
    throw badMedia(name, 'is a clip without an ascending Float64Array of times, one for each frame');
  }
  return clip;
}
