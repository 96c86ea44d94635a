import { readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as av from 'node-av';
import type { FFAudioEncoder } from 'node-av/constants';
import type { Waveform } from '../waveform.js';

export interface Coding {
  readonly codec: string;
  readonly extension: string;
  /** Samples that the encoder takes. */
  readonly samples: 'float planes' | 'float' | '16 bits';
  readonly bitRate?: number;
  /** Samples that the encoder takes at a time. Default 1024 */
  readonly frame?: number;
}

/** What the tests decode: one file of every kind. */
export const codings = {
  FLAC: { codec: 'flac', extension: 'flac', samples: '16 bits', frame: 4608 },
  MP3: { codec: 'libmp3lame', extension: 'mp3', samples: 'float planes', bitRate: 192_000 },
  'Ogg Vorbis': { codec: 'libvorbis', extension: 'ogg', samples: 'float planes', frame: 64, bitRate: 192_000 },
  'Ogg Opus': { codec: 'libopus', extension: 'opus', samples: 'float', bitRate: 160_000 },
  M4A: { codec: 'aac', extension: 'm4a', samples: 'float planes', bitRate: 192_000 },
  AAC: { codec: 'aac', extension: 'aac', samples: 'float planes', bitRate: 192_000 },
  WebM: { codec: 'libopus', extension: 'webm', samples: 'float', bitRate: 160_000 },
  MOV: { codec: 'aac', extension: 'mov', samples: 'float planes', bitRate: 192_000 },
  'WAV of ADPCM': { codec: 'adpcm_ms', extension: 'wav', samples: '16 bits' },
} as const satisfies Readonly<Record<string, Coding>>;

const formats = {
  'float planes': av.AV_SAMPLE_FMT_FLTP,
  float: av.AV_SAMPLE_FMT_FLT,
  '16 bits': av.AV_SAMPLE_FMT_S16,
} as const;

/** A file of a sound, as FFmpeg writes it. */
export async function encodeSound(
  sound: Waveform,
  { codec, extension, samples, bitRate, frame: size = 1024 }: Coding,
): Promise<Uint8Array> {
  const path = join(tmpdir(), `sensorium-sound-${process.pid}-${Math.random().toString(36).slice(2)}.${extension}`);
  const timeBase = { num: 1, den: sound.rate };
  const muxer = await av.Muxer.open(path);
  const encoder = await av.Encoder.create(codec as FFAudioEncoder, { bitrate: bitRate });
  const stream = muxer.addStream(encoder);
  const length = sound.channels[0]!.length;
  for (let start = 0; start < length; start += size) {
    const part = sound.channels.map((channel) => channel.subarray(start, start + size));
    const frame = av.Frame.fromAudioBuffer(bufferOf(part, samples), {
      nbSamples: part[0]!.length,
      format: formats[samples],
      sampleRate: sound.rate,
      channelLayout: part.length === 1 ? av.AV_CHANNEL_LAYOUT_MONO : av.AV_CHANNEL_LAYOUT_STEREO,
      pts: BigInt(start),
      timeBase,
    });
    for (const packet of await encoder.encodeAll(frame)) await muxer.writePacket(packet, stream);
  }
  for (const packet of await encoder.encodeAll(null)) await muxer.writePacket(packet, stream);
  await muxer.close();
  encoder.close();
  const bytes = await readFile(path);
  await rm(path);
  return new Uint8Array(bytes);
}

function bufferOf(channels: readonly Float32Array[], samples: Coding['samples']): Buffer {
  if (samples === 'float planes') {
    return Buffer.concat(channels.map((channel) => Buffer.from(channel.slice().buffer)));
  }
  const mixed = Float32Array.from({ length: channels.length * channels[0]!.length }, (_, index) => {
    return channels[index % channels.length]![Math.floor(index / channels.length)]!;
  });
  if (samples === 'float') return Buffer.from(mixed.buffer);
  return Buffer.from(Int16Array.from(mixed, (value) => Math.round(value * 32768)).buffer);
}
