import type { Decoder, Demuxer, Frame, Packet, Stream } from 'node-av';
import { type Av, loadAv } from './av.js';
import { badMedia } from './media-error.js';
import type { SoundFormat } from './sound-format.js';
import type { SoundPlatform, SoundRequest } from './sound-platform.js';
import { inTurns, type Steps } from './steps.js';
import { checkSeconds, type Waveform } from './waveform.js';

/**
 * As FFmpeg calls the formats. One of them is always asked for: by itself it would also take a playlist, which names files that
 * nobody gave.
 */
const demuxers: Readonly<Record<SoundFormat, string>> = {
  WAV: 'wav',
  FLAC: 'flac',
  MP3: 'mp3',
  Ogg: 'ogg',
  AAC: 'aac',
  MP4: 'mov',
  Matroska: 'matroska',
};

/** So much less than a file declares is no rounding and no silence that the encoder added, but a cut. Seconds. */
const MISSING = 0.2;

/** FFmpeg, in turns with the rest of the program. */
export const decodeWithAv: SoundPlatform = async (bytes, request) => {
  const { format, name, signal } = request;
  const av = await loadAv(`decoding ${format} in Node`);
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  await using input = await av.Demuxer.open(buffer, { format: demuxers[format] });
  signal?.throwIfAborted();
  const stream = input.audio();
  if (!stream)
    throw badMedia(name, 'has no sound', { hint: 'Take it out of the data, or leave out the input of sound.' });
  using decoder = await av.Decoder.create(stream, {
    exitOnError: true,
    resample: { sampleFormat: av.AV_SAMPLE_FMT_FLTP },
  });
  const sound = await inTurns(decodeStream(av, input, stream, decoder, request), signal);
  checkWhole(sound, declaredSeconds(input, stream));
  return sound;
};

function* decodeStream(
  av: Av,
  input: Demuxer,
  stream: Stream,
  decoder: Decoder,
  { name, maxSeconds }: SoundRequest,
): Steps<Waveform> {
  let rate = stream.codecpar.sampleRate;
  let length = 0;
  const pieces: Float32Array[][] = [];
  for (const packet of packetsOf(av, input, stream)) {
    for (const frame of decoder.decodeAllSync(packet)) {
      using own = frame;
      const planes = planesOf(own);
      rate = own.sampleRate;
      length += own.nbSamples;
      checkSeconds(length / rate, name, maxSeconds);
      if (pieces[0] && pieces[0].length !== planes.length) {
        throw new Error(`its channels change from ${pieces[0].length} to ${planes.length}`);
      }
      pieces.push(planes);
    }
    yield;
  }
  const channels = Array.from({ length: pieces[0]?.length ?? 0 }, () => new Float32Array(length));
  let at = 0;
  for (const planes of pieces) {
    planes.forEach((plane, channel) => channels[channel]?.set(plane, at));
    at += planes[0]?.length ?? 0;
    yield;
  }
  return { rate, channels };
}

/** The packets of one stream, and null at their end. */
function* packetsOf(av: Av, input: Demuxer, stream: Stream): Generator<Packet | null> {
  using packet = new av.Packet();
  packet.alloc();
  for (;;) {
    const code = input.getFormatContext().readFrameSync(packet);
    if (code === av.AVERROR_EOF) break;
    av.FFmpegError.throwIfError(code, 'the file ends too early');
    if (packet.streamIndex === stream.index) yield packet;
    packet.unref();
  }
  yield null;
}

/** Copies, because the frame's memory is used again. */
function planesOf(frame: Frame): Float32Array[] {
  return (frame.extendedData ?? frame.data ?? []).slice(0, frame.channels).map((plane) => {
    const samples = new Float32Array(frame.nbSamples);
    new Uint8Array(samples.buffer).set(plane.subarray(0, samples.byteLength));
    return samples;
  });
}

/** Undefined where the file does not say how long its sound is. That of a whole file may be a video's. */
function declaredSeconds(input: Demuxer, { duration, timeBase }: Stream): number | undefined {
  if (duration > 0) return (Number(duration) * timeBase.num) / timeBase.den;
  return input.video() || input.duration <= 0 ? undefined : input.duration;
}

/** Throws for a sound that is shorter than its file says. */
function checkWhole({ rate, channels }: Waveform, declared: number | undefined): void {
  const seconds = (channels[0]?.length ?? 0) / rate;
  if (declared === undefined || declared - seconds <= MISSING) return;
  throw new Error(`it has ${Number(seconds.toFixed(2))} of ${Number(declared.toFixed(2))} seconds`);
}
