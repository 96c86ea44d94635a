import { describe, expect, it } from 'vitest';
import { decodeSound, encodeWav, type Waveform } from './index.js';

interface Written {
  readonly coding?: number;
  readonly bits: number;
  readonly rate?: number;
  readonly bytesPerSecond?: number;
  readonly channels?: number;
  readonly extensible?: boolean;
  readonly size?: number;
  readonly before?: Uint8Array;
}

const text = (characters: string): number[] => [...new TextEncoder().encode(characters)];
const number = (value: number, bytes: number): number[] =>
  Array.from({ length: bytes }, (_, index) => Math.floor(value / 256 ** index) % 256);
const chunk = (name: string, content: readonly number[], size = content.length): number[] => [
  ...text(name),
  ...number(size, 4),
  ...content,
  ...(content.length % 2 ? [0] : []),
];

/** A WAV file, written out byte by byte. */
function wavOf(data: readonly number[], { coding = 1, bits, rate = 8000, channels = 1, ...more }: Written): Uint8Array {
  const frame = (bits / 8) * channels;
  const format = [
    ...number(more.extensible ? 0xfffe : coding, 2),
    ...number(channels, 2),
    ...number(rate, 4),
    ...number(more.bytesPerSecond ?? rate * frame, 4),
    ...number(frame, 2),
    ...number(bits, 2),
    ...(more.extensible
      ? [...number(22, 2), ...number(bits, 2), ...number(0, 4), ...number(coding, 2), ...number(0, 14)]
      : []),
  ];
  const body = [
    ...text('WAVE'),
    ...chunk('LIST', [1, 2, 3]),
    ...chunk('fmt ', format),
    ...chunk('data', data, more.size),
  ];
  return Uint8Array.from([...text('RIFF'), ...number(body.length, 4), ...body]);
}

const samplesOf = async (bytes: Uint8Array): Promise<number[][]> =>
  (await decodeSound(bytes)).channels.map((channel) => Array.from(channel));
const bytesOf = (values: { buffer: ArrayBufferLike }): number[] => [...new Uint8Array(values.buffer)];

describe('a WAV file', () => {
  it.each<[string, Uint8Array, number[][]]>([
    ['8 bits, without a sign', wavOf([0, 128, 192, 255], { bits: 8 }), [[-1, 0, 0.5, 127 / 128]]],
    ['16 bits', wavOf(bytesOf(Int16Array.of(-32768, 0, 16384, 32767)), { bits: 16 }), [[-1, 0, 0.5, 32767 / 32768]]],
    [
      '24 bits',
      wavOf([0, 0, 0x80, 0xff, 0xff, 0xff, 0, 0, 0x40, 1, 0, 0], { bits: 24 }),
      [[-1, -1 / 2 ** 23, 0.5, 1 / 2 ** 23]],
    ],
    ['32 bits', wavOf(bytesOf(Int32Array.of(-(2 ** 31), 2 ** 30, 2 ** 8)), { bits: 32 }), [[-1, 0.5, 2 ** -23]]],
    [
      'numbers of 32 bits',
      wavOf(bytesOf(Float32Array.of(-1.5, 0.1)), { coding: 3, bits: 32 }),
      [[-1.5, Math.fround(0.1)]],
    ],
    [
      'numbers of 64 bits',
      wavOf(bytesOf(Float64Array.of(-1.5, 0.1)), { coding: 3, bits: 64 }),
      [[-1.5, Math.fround(0.1)]],
    ],
    [
      'three channels',
      wavOf(bytesOf(Int16Array.of(0, 8192, 16384, -8192, -16384, -32768)), { bits: 16, channels: 3 }),
      [
        [0, -0.25],
        [0.25, -0.5],
        [0.5, -1],
      ],
    ],
    ['the extensible header', wavOf(bytesOf(Int16Array.of(16384)), { bits: 16, extensible: true }), [[0.5]]],
    [
      'numbers in the extensible header',
      wavOf(bytesOf(Float32Array.of(0.25)), { coding: 3, bits: 32, extensible: true }),
      [[0.25]],
    ],
    ['a size that was never written', wavOf([0, 64, 0, 32], { bits: 16, size: 0xffffffff }), [[0.5, 0.25]]],
    ['half a sample at its end', wavOf([0, 64, 1], { bits: 16 }), [[0.5]]],
  ])('of %s is exact', async (_, bytes, expected) => {
    expect(await samplesOf(bytes)).toEqual(expected);
  });

  it.each([8000, 11025, 44100, 192000])('has its own rate, %i Hz', async (rate) => {
    expect((await decodeSound(wavOf([0, 0], { bits: 16, rate }))).rate).toBe(rate);
  });

  it.each<[string, Uint8Array, RegExp]>([
    ['is cut', wavOf([0, 64, 0, 32], { bits: 16, size: 400 }), /is cut: it has 4 of 400 bytes of samples/],
    ['has no samples', wavOf([], { bits: 16 }), /is a sound of no length/],
    ['has the rate 0', wavOf([0, 0], { bits: 16, rate: 0 }), /has the rate 0 Hz/],
    ['has an impossible rate', wavOf([0, 0], { bits: 16, rate: 3e9 }), /has the rate 3000000000 Hz/],
    [
      'declares two rates',
      wavOf([0, 0], { bits: 16, rate: 8000, bytesPerSecond: 32000 }),
      /says 8000 samples a second, and so many bytes that it would be 16000/,
    ],
    ['has no channels', wavOf([0, 0], { bits: 16, channels: 0 }), /says 0 channels/],
    [
      'has NaN',
      wavOf(bytesOf(Float32Array.of(0, NaN)), { coding: 3, bits: 32 }),
      /has the sample NaN in second 0 of channel 1/,
    ],
    [
      'ends in its header',
      wavOf([0, 0], { bits: 16 }).slice(0, 40),
      /does not say how its samples are written|without samples/,
    ],
    ['is a text', new TextEncoder().encode('not a sound at all'), /looks like plain text/],
    ['is a picture', Uint8Array.of(0xff, 0xd8, 0xff, 0xe0, 0, 0), /looks like a picture \(JPEG\)/],
    ['is empty', new Uint8Array(), /is empty/],
  ])('is refused that %s', async (_, bytes, message) => {
    const named = { name: 'a.wav', read: async () => bytes };
    await expect(decodeSound('a.wav', named)).rejects.toMatchObject({
      code: 'SENSORIUM_BAD_MEDIA',
      message: expect.stringMatching(message),
      location: { file: 'a.wav' },
    });
  });
});

describe('what is written as WAV', () => {
  const sound: Waveform = { rate: 22050, channels: [Float32Array.of(0, 0.5, -1), Float32Array.of(1.5, -2, 1 / 3)] };

  it('keeps every sample with 32 bits', async () => {
    expect(await decodeSound(encodeWav(sound, 32))).toEqual(sound);
  });

  it('is clipped to full scale with 16', async () => {
    expect(await samplesOf(encodeWav(sound))).toEqual([
      [0, 0.5, -1],
      [32767 / 32768, -1, Math.round(32768 / 3) / 32768],
    ]);
  });
});
