import { SensoriumError, type IO } from '@sensorium/contracts';
import { expect, it } from 'vitest';
import { lookingLike, recogniseFiles } from './index.js';

const files: Readonly<Record<string, string>> = { 'a.wav': 'RIFF0000WAVEfmt ', 'b.wav': 'RIFF0000WAVEdata', c: 'text' };
const io: IO = {
  async read(address) {
    const content = files[String(address)];
    if (content !== undefined) return new TextEncoder().encode(content);
    throw new SensoriumError({ code: 'SENSORIUM_NOT_FOUND', message: 'not there' });
  },
};
const isSound = lookingLike(/sound$/);

it('says what the files of a column are', async () => {
  expect(await recogniseFiles(['a.wav', 'b.wav'], io, 0.9, isSound)).toEqual({
    certainty: 0.9,
    because: 'each file is a WAV sound',
  });
});

it.each([
  ['another kind among them', ['a.wav', 'c']],
  ['a file that is not there', ['a.wav', 'd.wav']],
  ['what is no address', ['a.wav', 3]],
  ['nothing', []],
])('says nothing of %s', async (_, cells) => {
  expect(await recogniseFiles(cells, io, 0.9, isSound)).toBeUndefined();
});

it('takes what a check throws for no', async () => {
  const refuses = (): never => {
    throw new Error('damaged');
  };
  expect(await recogniseFiles(['a.wav'], io, 0.9, refuses)).toBeUndefined();
});

it('looks at the first three alone, and stops when it is told to', async () => {
  expect(await recogniseFiles(['a.wav', 'b.wav', 'a.wav', 'c'], io, 0.9, isSound)).toBeDefined();
  const reason = new Error('enough');
  await expect(recogniseFiles(['d'], { ...io, signal: AbortSignal.abort(reason) }, 0.9, isSound)).rejects.toBe(reason);
});
