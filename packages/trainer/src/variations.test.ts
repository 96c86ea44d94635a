import { rename, rm } from 'node:fs/promises';
import type { Manifest } from '@sensorium/contracts';
import { decodeImage } from '@sensorium/media';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Cache } from './data/cache.js';
import { Dataset } from './data/dataset.js';
import type { Sight, Variation } from './metrics.js';
import { nodeHost } from './node-host.js';
import { setUp } from './plan/set-up.js';
import { from, makeSquares, type Squares } from './testing/squares.js';
import { pickVariations } from './variations.js';

let squares: Squares;
beforeAll(async () => {
  squares = await makeSquares({ train: 24, test: 0 });
  process.env['SENSORIUM_CACHE'] = squares.path('cache');
});
afterAll(() => rm(squares.folder, { recursive: true }));

const picture = (index: number): string => squares.path(`squares/train-${index}.png`);
const answers = ['yes', 'no'];
const augmented = { encoder: 'image', size: 16, augment: { colour: 0.4 } } as const;

/** Variations of rows that are prepared; `between` happens before they are looked at. */
async function vary(
  inputs: Manifest['inputs'],
  given: readonly object[],
  { seed = 1, between = () => Promise.resolve() } = {},
): Promise<Variation[]> {
  const rows = given.map((row, index) => ({ ...row, answer: answers[index % 2] }));
  const manifest: Manifest = { sensorium: 1, inputs, heads: { answer: 'classification' } };
  const { columns, tables, cache } = await setUp(nodeHost, manifest, { from, rows });
  const dataset = await Dataset.open(tables.train, columns, { cache: new Cache(cache) });
  try {
    await between();
    return await pickVariations(dataset.everything, columns, seed);
  } finally {
    await dataset.dispose();
  }
}

const pixelsOf = async (sight: Sight | undefined): Promise<string> => {
  if (!sight || !('kind' in sight) || sight.kind !== 'picture') return expect.fail('no picture');
  const { width, height, data } = await decodeImage(sight.png);
  expect([width, height]).toEqual([16, 16]);
  return data.join();
};
const textsOf = (sights: readonly Sight[]): string[] =>
  sights.map((sight) => ('kind' in sight && sight.kind === 'text' ? sight.text : expect.fail('no text')));

it('are of six different values at most, four of each, as the seed says', async () => {
  const rows = Array.from({ length: 20 }, (_, index) => ({ image: picture(Math.floor(index / 2)) }));
  const found = await vary({ image: augmented }, rows);
  expect(found.map(({ name, variants }) => [name, variants.length])).toEqual(
    Array.from({ length: 6 }, () => ['image', 4]),
  );
  const all = await Promise.all(found.flatMap(({ value, variants }) => [value, ...variants]).map(pixelsOf));
  expect(new Set(all).size).toBe(30);
  expect(await vary({ image: augmented }, rows)).toEqual(found);
  expect((await vary({ image: augmented }, rows, { seed: 2 }))[0]?.variants).not.toEqual(found[0]?.variants);
});

it('of a cell of several values are of each one, and of an empty cell none', async () => {
  const rows = [
    { image: [picture(0), picture(1)] },
    { image: [picture(2)] },
    { image: null },
    { image: [picture(3), picture(4), picture(5)] },
  ];
  const found = await vary({ image: { ...augmented, many: 2, missing: 'learned' } }, rows);
  // The third value of the last list is not read.
  expect(found.map(({ variants }) => variants.length)).toEqual([4, 4, 4, 4, 4]);
  expect(new Set(await Promise.all(found.map(({ value }) => pixelsOf(value)))).size).toBe(5);
  for (const { variants } of found) {
    expect(new Set(await Promise.all(variants.map(pixelsOf))).size).toBe(4);
  }
});

it('of texts show which words are hidden', async () => {
  const rows = Array.from({ length: 4 }, (_, index) => ({ text: `number ${index} is not ${index + 1}` }));
  const found = await vary({ text: { encoder: 'text', wordDropout: 0.5 } }, rows);
  const words = found.flatMap(({ variants }) => textsOf(variants)).flatMap((text) => text.split(' '));
  expect(words).toHaveLength(4 * 4 * 5);
  expect(words.filter((word) => word === '□').length / words.length).toBeGreaterThan(0.25);
  expect(words.filter((word) => word === '□').length / words.length).toBeLessThan(0.75);
  expect(new Set(words.filter((word) => word !== '□'))).toEqual(
    new Set(['number', 'is', 'not', '0', '1', '2', '3', '4']),
  );
});

it('are none of a column that is fed as it is', async () => {
  expect(await vary({ image: { encoder: 'image', size: 16 } }, [{ image: picture(0) }, { image: picture(1) }])).toEqual(
    [],
  );
});

it('have the problem of a value that is gone by now, and go on', async () => {
  const rows = [{ image: picture(0) }, { image: picture(1) }];
  try {
    const between = () => rename(picture(0), squares.path('away.png'));
    const [gone, other] = await vary({ image: augmented }, rows, { between });
    expect(gone).toMatchObject({ value: { problem: expect.stringContaining('train-0.png') as string }, variants: [] });
    expect(other?.variants).toHaveLength(4);
  } finally {
    await rename(squares.path('away.png'), picture(0));
  }
});
