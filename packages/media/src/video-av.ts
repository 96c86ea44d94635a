import type { Decoder, Demuxer, Frame, Stream } from 'node-av';
import { type Av, loadAv } from './av.js';
import { badMedia } from './media-error.js';
import { turned } from './quarter-turn.js';
import type { Raster, RasterSize } from './raster.js';
import { inTurns } from './steps.js';
import type { OpenVideo, TimedFrame, VideoFormat } from './video-platform.js';

/** As FFmpeg calls them. One is always asked for: by itself it would also take a playlist, which names files that nobody gave. */
const demuxers: Partial<Readonly<Record<VideoFormat, string>>> = { MP4: 'mov', Matroska: 'matroska' };

/** Frames that are farther away than this are looked up, not decoded on the way to. Seconds. */
const JUMP = 5;
/** So much less than a file declares is no rounding, but a cut. Seconds. */
const MISSING = 0.5;

interface Film {
  readonly av: Av;
  readonly input: Demuxer;
  readonly stream: Stream;
  readonly seconds: number;
  /** Clockwise, to be upright. */
  readonly quarters: number;
}

/** FFmpeg, which reads, decodes and scales in threads of its own. */
export async function openWithAv(bytes: Uint8Array, format: VideoFormat, name: string): Promise<OpenVideo> {
  const av = await loadAv(`decoding ${format} in Node`);
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const open = (): Promise<Demuxer> => av.Demuxer.open(buffer, { format: demuxers[format] });
  const input = await open();
  try {
    if (input.streams.length === 0) throw new Error('it has no tracks');
    const stream = input.video();
    if (!stream || (stream.disposition & av.AV_DISPOSITION_ATTACHED_PIC) !== 0) throw withoutPicture(name);
    const seconds = declaredSeconds(input, stream) ?? (await measuredSeconds(av, open));
    const film = { av, input, stream, seconds, quarters: quartersOf(av, stream) };
    return {
      size: shownSize(film),
      seconds,
      frames: (times, size, signal) => framesOf(film, times, size, signal),
      close: () => input.close(),
    };
  } catch (cause) {
    await input.close();
    throw cause;
  }
}

const withoutPicture = (name: string): Error =>
  badMedia(name, 'has no picture: it is a sound', {
    hint: 'Take it out of the data, or read it with an input of sound.',
  });

/** Undefined where the file does not say it, as what a browser records. */
function declaredSeconds(input: Demuxer, { duration, timeBase }: Stream): number | undefined {
  if (duration > 0n) return (Number(duration) * timeBase.num) / timeBase.den;
  return input.duration > 0 ? input.duration : undefined;
}

/** The end of the last packet, in a pass over the file without decoding. */
async function measuredSeconds(av: Av, open: () => Promise<Demuxer>): Promise<number> {
  const input = await open();
  try {
    const stream = input.video();
    let end = 0;
    if (stream) for await (const packet of packetsOf(av, input, stream)) end = Math.max(end, packet?.end ?? 0);
    return end;
  } finally {
    await input.close();
  }
}

/** The display matrix turns by atan2(b, a), clockwise; libavutil/display.h. */
function quartersOf(av: Av, stream: Stream): number {
  const matrix = stream.codecpar.getCodedSideData(av.AV_PKT_DATA_DISPLAYMATRIX);
  if (!matrix) return 0;
  const angle = Math.atan2(matrix.readInt32LE(4), matrix.readInt32LE(0));
  return (Math.round(angle / (Math.PI / 2)) + 4) % 4;
}

/** Upright, with square pixels. */
function shownSize({ stream, quarters }: Film): RasterSize {
  const { width, height, sampleAspectRatio: pixel } = stream.codecpar;
  const wide = pixel.num > 0 && pixel.den > 0 ? Math.max(1, Math.round((width * pixel.num) / pixel.den)) : width;
  return quarters % 2 === 1 ? { width: height, height: wide } : { width: wide, height };
}

async function* framesOf(
  film: Film,
  times: readonly number[] | undefined,
  size: RasterSize,
  signal: AbortSignal | undefined,
): AsyncGenerator<TimedFrame, void, undefined> {
  const { av, stream } = film;
  using decoder = await av.Decoder.create(stream, { exitOnError: true });
  const wanted = times?.[Symbol.iterator]();
  let target = wanted?.next();
  // What is shown until the next frame begins.
  let shown: { frame: Frame; time: number; given: boolean } | undefined;
  try {
    for await (const { frame, time } of decodedFrames(film, decoder, () => target?.value, signal)) {
      while (shown && target && !target.done && target.value < time) {
        if (!shown.given) yield { time: shown.time, raster: await rasterOf(film, shown.frame, size, signal) };
        shown.given = true;
        target = wanted?.next();
      }
      shown?.frame.free();
      shown = { frame, time, given: false };
      if (!wanted) yield { time, raster: await rasterOf(film, frame, size, signal) };
      if (target?.done) return;
    }
    if (shown && target && !target.done && !shown.given) {
      yield { time: shown.time, raster: await rasterOf(film, shown.frame, size, signal) };
    }
  } finally {
    shown?.frame.free();
  }
}

/** One after the other, with jumps to those before a target that is far away. Throws where there are fewer than declared. */
async function* decodedFrames(
  { av, input, stream, seconds }: Film,
  decoder: Decoder,
  target: () => number | undefined,
  signal: AbortSignal | undefined,
): AsyncGenerator<{ frame: Frame; time: number }, void, undefined> {
  const start = Number(stream.startTime > 0n ? stream.startTime : 0n);
  const unit = stream.timeBase.num / stream.timeBase.den;
  let end = 0;
  let now = 0;
  let jumped = -Infinity;
  for await (const packet of packetsOf(av, input, stream)) {
    signal?.throwIfAborted();
    if (packet) end = Math.max(end, packet.end);
    for (const frame of await decoder.decodeAll(packet?.packet ?? null)) {
      now = (Number(frame.bestEffortTimestamp) - start) * unit;
      yield { frame, time: now };
    }
    const next = target();
    if (next === undefined || next - now < JUMP || next - jumped < JUMP) continue;
    jumped = next;
    // Where it cannot be looked up, all is decoded up to there.
    const code = await input.seek(next + start * unit, -1, av.AVSEEK_FLAG_BACKWARD);
    if (code >= 0) decoder.getCodecContext()?.flushBuffers();
  }
  if (seconds - end > MISSING) throw new Error(`it has ${rounded(end)} of ${rounded(seconds)} seconds`);
}

const rounded = (value: number): number => Number(value.toFixed(2));

/** The packets of a stream, each with the second at which it ends, and null at their end. */
async function* packetsOf(av: Av, input: Demuxer, stream: Stream) {
  const start = Number(stream.startTime > 0n ? stream.startTime : 0n);
  const unit = stream.timeBase.num / stream.timeBase.den;
  using packet = new av.Packet();
  packet.alloc();
  for (;;) {
    const code = await input.getFormatContext().readFrame(packet);
    if (code === av.AVERROR_EOF) break;
    av.FFmpegError.throwIfError(code, 'the file ends too early');
    if (packet.streamIndex === stream.index) {
      yield { packet, end: (Number(packet.pts + packet.duration) - start) * unit };
    }
    packet.unref();
  }
  yield null;
}

/** In sRGB, as the frame says what its numbers mean; upright, and not larger than `size`. */
async function rasterOf(
  { av, quarters }: Film,
  frame: Frame,
  size: RasterSize,
  signal: AbortSignal | undefined,
): Promise<Raster> {
  const [width, height] = quarters % 2 === 1 ? [size.height, size.width] : [size.width, size.height];
  using scaler = new av.SoftwareScaleContext();
  scaler.allocContext();
  using target = new av.Frame();
  target.alloc();
  Object.assign(target, { format: av.AV_PIX_FMT_RGB24, width, height });
  av.FFmpegError.throwIfError(target.getBuffer(0), 'no memory for a frame');
  av.FFmpegError.throwIfError(await scaler.scaleFrame(target, frame), 'a frame cannot be converted');
  const [plane] = target.data ?? [];
  const [stride = 0] = target.linesize;
  if (!plane) throw new Error('a frame has no pixels');
  const data = new Uint8Array(width * height * 3);
  for (let row = 0; row < height; row++) {
    data.set(plane.subarray(row * stride, row * stride + 3 * width), row * 3 * width);
  }
  return inTurns(turned({ width, height, channels: 3, data }, quarters), signal);
}
