import type { ResolvedInput, ResolvedManifest } from '@sensorium/contracts';
import { describe, expect, it } from 'vitest';
import { requireInputs, samplesOf, sourcesOf } from './sources.js';

const input: ResolvedInput = {
  encoder: '@sensorium/encoder-image',
  column: 'photo',
  many: null,
  tied: null,
  missing: 'error',
  modalityDropout: 0,
  trainable: { mode: 'full', rank: 8, alpha: 16, learningRate: 1, layerDecay: 1, parameters: {} },
  options: {},
};
const manifest = {
  inputs: {
    photo: input,
    views: { ...input, many: 4, missing: 'skip' },
    facts: { ...input, column: ['age', 'city'], missing: 'skip' },
  },
} as unknown as ResolvedManifest;

describe('sourcesOf', () => {
  it('gives text as it is, lists of many values, and objects of several columns', async () => {
    const given = { photo: '[not JSON', views: '["a.png", "b.png"]', facts: '{"age": 3, "city": "Rome"}', other: 'x' };
    expect(await sourcesOf(given, manifest)).toEqual({
      photo: '[not JSON',
      views: ['a.png', 'b.png'],
      facts: { age: 3, city: 'Rome' },
      other: 'x',
    });
    expect(await sourcesOf({ views: 'a.png' }, manifest)).toEqual({ views: ['a.png'] });
  });

  it.each<Record<string, string>>([{ facts: 'Rome' }, { facts: '3' }, { views: '["a.png"' }])(
    'refuses %o',
    async (given) => {
      await expect(sourcesOf(given, manifest)).rejects.toThrowError(
        expect.objectContaining({ code: 'SENSORIUM_USAGE', message: expect.stringContaining('takes JSON') as string }),
      );
    },
  );
});

describe('requireInputs', () => {
  it('wants what the model cannot do without, and something at all', async () => {
    await requireInputs('model', manifest, { photo: ['a.png'] });
    await requireInputs('model', manifest, { phto: ['a.png'] });
    await expect(requireInputs('model', manifest, { views: ['a.png'] })).rejects.toThrow('missing --input photo=…');
  });
});

describe('samplesOf', () => {
  it('makes a sample of each value, with what is given once in all', async () => {
    expect(await samplesOf({ photo: ['a.png', 'b.png'], question: ['what?'] })).toEqual([
      { photo: 'a.png', question: 'what?' },
      { photo: 'b.png', question: 'what?' },
    ]);
    expect(await samplesOf({ photo: ['a.png'] })).toEqual([{ photo: 'a.png' }]);
    expect(await samplesOf({})).toEqual([{}]);
  });

  it('refuses inputs that are not given equally often', async () => {
    await expect(samplesOf({ photo: ['a.png', 'b.png'], question: ['1', '2', '3'] })).rejects.toMatchObject({
      code: 'SENSORIUM_USAGE',
      message: '--input photo is given 2 times, and --input question 3 times',
    });
  });
});
