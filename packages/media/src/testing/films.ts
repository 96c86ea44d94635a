import { readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as av from 'node-av';
import type { FFVideoEncoder } from 'node-av/constants';
import type { Raster } from '../raster.js';

export interface FilmCoding {
  readonly codec: string;
  readonly extension: string;
}

// What the encoders tell is no news.
av.Log.setLevel(av.AV_LOG_QUIET);

export const films = {
  MP4: { codec: 'libx264', extension: 'mp4' },
  MOV: { codec: 'mpeg4', extension: 'mov' },
  WebM: { codec: 'libvpx-vp9', extension: 'webm' },
  Matroska: { codec: 'libx264', extension: 'mkv' },
} as const satisfies Readonly<Record<string, FilmCoding>>;

/** A film of pictures (RGB, of even width and height), `rate` a second, as FFmpeg writes it. */
export async function encodeFilm(frames: readonly Raster[], rate: number, coding: FilmCoding): Promise<Uint8Array> {
  const path = join(
    tmpdir(),
    `sensorium-film-${process.pid}-${Math.random().toString(36).slice(2)}.${coding.extension}`,
  );
  const timeBase = { num: 1, den: rate };
  const muxer = await av.Muxer.open(path);
  const encoder = await av.Encoder.create(coding.codec as FFVideoEncoder, {
    bitrate: 2_000_000,
    gopSize: 10,
  });
  const stream = muxer.addStream(encoder);
  for (const [index, { width, height, data }] of frames.entries()) {
    const source = av.Frame.fromVideoBuffer(Buffer.from(data), {
      width,
      height,
      format: av.AV_PIX_FMT_RGB24,
      pts: 0n,
      timeBase,
    });
    const scaler = new av.SoftwareScaleContext();
    scaler.allocContext();
    const frame = new av.Frame();
    frame.alloc();
    Object.assign(frame, { format: av.AV_PIX_FMT_YUV420P, width, height });
    frame.getBuffer(0);
    await scaler.scaleFrame(frame, source);
    Object.assign(frame, { pts: BigInt(index), timeBase });
    for (const packet of await encoder.encodeAll(frame)) await muxer.writePacket(packet, stream);
  }
  for (const packet of await encoder.encodeAll(null)) await muxer.writePacket(packet, stream);
  await muxer.close();
  encoder.close();
  const bytes = await readFile(path);
  await rm(path);
  return new Uint8Array(bytes);
}

/** Frames that become brighter, each with a red corner at the top left. */
export const brightening = (count: number, width = 64, height = 32): Raster[] =>
  Array.from({ length: count }, (_, frame) => {
    const data = new Uint8Array(width * height * 3).fill(20 + Math.round((200 * frame) / count));
    for (let y = 0; y < height / 4; y++) {
      for (let x = 0; x < width / 4; x++) data.set([255, 0, 0], (y * width + x) * 3);
    }
    return { width, height, channels: 3, data };
  });

/** An MP4 whose header says that it is to be turned clockwise by a quarter: the matrix of `tkhd`, ISO/IEC 14496-12, 8.3.2. */
export function turnedFilm(mp4: Uint8Array): Uint8Array {
  const bytes = Buffer.from(mp4);
  const matrix = bytes.indexOf('tkhd') + 44;
  [0, 0x10000, 0, -0x10000, 0].forEach((value, index) => bytes.writeInt32BE(value, matrix + 4 * index));
  return bytes;
}
