// Films, decoded as Sensorium decodes them: MP4, MOV, WebM and Matroska, and animated GIF and WebP.
// npm install node-av sharp
import { Buffer } from 'node:buffer';
import { readFile } from 'node:fs/promises';

/**
 * A path or the bytes of a film → { seconds, width, height, at(times, size) }: how long it is, how large it is shown, and a list of
 * the pictures that are seen at ascending times, in seconds, each once, as { width, height, data } of a size.
 */
export async function decode(source) {
  const bytes = typeof source === 'string' ? await readFile(source) : Buffer.from(source);
  return /^(GIF8|RIFF)/.test(bytes.toString('latin1', 0, 4)) ? openAnimation(bytes) : openFilm(bytes);
}

async function openAnimation(bytes) {
  const { default: sharp } = await import('sharp');
  const { width, height, pages = 1, delay } = await sharp(bytes).metadata();
  const starts = [0];
  // Shorter delays are a mistake for all browsers, which take a tenth of a second instead.
  for (const own of delay ?? Array(pages).fill(0)) starts.push(starts.at(-1) + (own < 11 ? 100 : own) / 1000);
  const pageAt = (time) =>
    Math.max(
      0,
      starts.slice(0, pages).findLastIndex((start) => start <= time),
    );
  const pictureOf = async (page, size) => {
    const { data, info } = await sharp(bytes, { page })
      .toColourspace('srgb')
      .ensureAlpha()
      .resize({ ...size, fit: 'fill', kernel: 'linear' })
      .raw()
      .toBuffer({ resolveWithObject: true });
    return { width: info.width, height: info.height, data: overWhite(data) };
  };
  const at = (times, size) => Promise.all([...new Set(times.map(pageAt))].map((page) => pictureOf(page, size)));
  return { seconds: starts.at(-1), width, height, at };
}

const overWhite = (rgba) =>
  Uint8Array.from({ length: (rgba.length / 4) * 3 }, (_, at) => {
    const [pixel, channel] = [Math.floor(at / 3), at % 3];
    const opacity = rgba[pixel * 4 + 3] / 255;
    return Math.round(rgba[pixel * 4 + channel] * opacity + 255 * (1 - opacity));
  });

async function openFilm(bytes) {
  const av = await import('node-av');
  const open = () => av.Demuxer.open(bytes, { format: bytes[0] === 0x1a ? 'matroska' : 'mov' });
  const input = await open();
  const stream = input.video();
  if (!stream) throw new Error('this film has no picture');
  const { duration, timeBase, codecpar } = stream;
  const unit = timeBase.num / timeBase.den;
  const seconds = duration > 0n ? Number(duration) * unit : input.duration > 0 ? input.duration : await endOf(av, open);
  const { num, den } = codecpar.sampleAspectRatio;
  const wide = num > 0 && den > 0 ? Math.max(1, Math.round((codecpar.width * num) / den)) : codecpar.width;
  const quarters = quartersOf(av, stream);
  const [width, height] = quarters % 2 ? [codecpar.height, wide] : [wide, codecpar.height];
  return { seconds, width, height, at: (times, size) => picturesAt({ av, input, stream, quarters }, times, size) };
}

/** Of what a browser recorded, which does not say how long it is: the end of the last packet. */
async function endOf(av, open) {
  const input = await open();
  let end = 0;
  for await (const { last } of packetsOf(av, input, input.video())) end = Math.max(end, last);
  await input.close();
  return end;
}

async function* packetsOf(av, input, stream) {
  const start = stream.startTime > 0n ? stream.startTime : 0n;
  const unit = stream.timeBase.num / stream.timeBase.den;
  const packet = new av.Packet();
  packet.alloc();
  for (;;) {
    const code = await input.getFormatContext().readFrame(packet);
    if (code === av.AVERROR_EOF) return packet.free();
    av.FFmpegError.throwIfError(code, 'the file ends too early');
    if (packet.streamIndex === stream.index)
      yield { packet, last: Number(packet.pts + packet.duration - start) * unit };
    packet.unref();
  }
}

async function picturesAt(film, times, size) {
  const { av, input, stream } = film;
  const start = stream.startTime > 0n ? stream.startTime : 0n;
  const unit = stream.timeBase.num / stream.timeBase.den;
  const decoder = await av.Decoder.create(stream, { exitOnError: true });
  const pictures = [];
  let [next, shown] = [0, undefined];
  /** What is seen until then. */
  const give = async (until) => {
    if (shown === undefined || next === times.length || times[next] >= until) return;
    pictures.push(await pictureOf(film, shown, size));
    while (next < times.length && times[next] < until) next++;
  };
  const take = async (frames) => {
    for (const frame of frames) {
      await give(Number(frame.bestEffortTimestamp - start) * unit);
      shown?.free();
      shown = frame;
    }
  };
  for await (const { packet } of packetsOf(av, input, stream)) await take(await decoder.decodeAll(packet));
  await take(await decoder.decodeAll(null));
  await give(Infinity);
  shown?.free();
  decoder.close();
  await input.close();
  return pictures;
}

/** Clockwise: https://ffmpeg.org/doxygen/trunk/group__lavu__video__display.html */
function quartersOf(av, stream) {
  const matrix = stream.codecpar.getCodedSideData(av.AV_PKT_DATA_DISPLAYMATRIX);
  if (!matrix) return 0;
  return (Math.round(Math.atan2(matrix.readInt32LE(4), matrix.readInt32LE(0)) / (Math.PI / 2)) + 4) % 4;
}

async function pictureOf({ av, quarters }, frame, size) {
  const [width, height] = quarters % 2 ? [size.height, size.width] : [size.width, size.height];
  const scaler = new av.SoftwareScaleContext();
  scaler.allocContext();
  const target = new av.Frame();
  target.alloc();
  Object.assign(target, { format: av.AV_PIX_FMT_RGB24, width, height });
  av.FFmpegError.throwIfError(target.getBuffer(0));
  av.FFmpegError.throwIfError(await scaler.scaleFrame(target, frame));
  const [stride, plane] = [target.linesize[0], target.data[0]];
  const data = new Uint8Array(width * height * 3);
  for (let row = 0; row < height; row++) {
    data.set(plane.subarray(row * stride, row * stride + 3 * width), row * 3 * width);
  }
  target.free();
  scaler.freeContext();
  let picture = { width, height, data };
  for (let turn = 0; turn < quarters; turn++) picture = turned(picture);
  return picture;
}

/** By a quarter, clockwise. */
function turned({ width, height, data }) {
  const result = new Uint8Array(data.length);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const from = 3 * (y * width + x);
      result.set(data.subarray(from, from + 3), 3 * (x * height + height - 1 - y));
    }
  }
  return { width: height, height: width, data: result };
}
