import { type IO, SensoriumError, type Source } from '@sensorium/contracts';
import { checkFramesEnd } from './frames-end.js';
import { looksLike } from './looks-like.js';
import { badMedia } from './media-error.js';
import { checkOggEnd } from './ogg.js';
import type { ReadAddress } from './read-address.js';
import { nameOf, readBytes } from './read-source.js';
import { resampleSteps } from './resample-sound.js';
import { Room } from './room.js';
import { soundFormat } from './sound-format.js';
import type { SoundPlatform, SoundRequest } from './sound-platform.js';
import { inTurns } from './steps.js';
import { untilAborted } from './until-aborted.js';
import { readWav } from './wav.js';
import {
  checkSamples,
  checkSeconds,
  checkWaveform,
  isWaveform,
  lengthOfSound,
  type SoundNeeds,
  toMono,
  type Waveform,
} from './waveform.js';

export interface SoundOptions {
  /** Longer sounds are refused. Default: `io.limits.seconds`, or else 3600. */
  readonly maxSeconds?: number;
  /** How it is needed: it comes so. Default: as it is. */
  readonly needs?: SoundNeeds;
}

export type DecodeSound = (source: Source, io?: IO, options?: SoundOptions) => Promise<Waveform>;

/** An hour of two channels at 48 kHz of 32 bits is 1.4 GB. */
const MOST_BYTES = 2 ** 31;
/** Files that the process decodes at once; the others wait. */
const room = new Room(2);

/** @param read where sounds come from if no `io` is given */
export const soundDecoder =
  (decode: SoundPlatform, read: ReadAddress): DecodeSound =>
  async (source, io = { read }, { maxSeconds = io.limits?.['seconds'] ?? 3600, needs = {} } = {}) => {
    const name = nameOf(source, io);
    const { signal } = io;
    const sound = isWaveform(source)
      ? source
      : await decodeFile(source, io, { name, maxSeconds, needs, signal }, decode);
    checkWaveform(sound, name);
    checkSeconds(lengthOfSound(sound) / sound.rate, name, maxSeconds);
    await inTurns(checkSamples(sound, name), signal);
    return asNeeded(sound, needs, signal);
  };

async function asNeeded(sound: Waveform, needs: SoundNeeds, signal: AbortSignal | undefined): Promise<Waveform> {
  const mixed = needs.channels === 1 ? toMono(sound) : sound;
  const { rate, channels } = await inTurns(resampleSteps(mixed, needs.rate ?? sound.rate), signal);
  if (channels === sound.channels) return sound;
  return { rate, channels, original: sound.original ?? { rate: sound.rate, channels: sound.channels.length } };
}

const REPLACE = 'Get the sound again, or take it out of the data.';

async function decodeFile(
  source: Source,
  io: IO,
  request: Omit<SoundRequest, 'format'>,
  decode: SoundPlatform,
): Promise<Waveform> {
  const { name, signal } = request;
  const bytes = await readBytes(source, io, MOST_BYTES);
  signal?.throwIfAborted();
  if (bytes.length === 0) throw badMedia(name, 'is empty: it has no bytes', { hint: REPLACE });
  const format = soundFormat(bytes);
  if (!format) {
    throw badMedia(name, `is not a sound that can be decoded: it looks like ${looksLike(bytes)}`, {
      hint: 'Sounds may be WAV, FLAC, MP3, Ogg, AAC, M4A, or videos with sound: MP4, MOV, WebM.',
    });
  }
  const leave = await room.enter(1, signal);
  const decoding = (async () => {
    const plain = format === 'WAV' ? await inTurns(readWav(bytes, name), signal) : undefined;
    if (format === 'Ogg') checkOggEnd(bytes);
    await inTurns(checkFramesEnd(bytes, format), signal);
    return plain ?? (await decode(bytes, { ...request, format }));
  })();
  try {
    return await untilAborted(decoding.finally(leave), signal);
  } catch (cause) {
    signal?.throwIfAborted();
    if (SensoriumError.is(cause)) throw cause;
    const [reason = ''] = (cause as Error).message.split('\n', 1);
    throw badMedia(name, `begins as ${format}, but is damaged or cut: ${reason}`, { hint: REPLACE, cause });
  }
}
