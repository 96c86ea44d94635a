import type { Encoder, Tensors } from '@sensorium/contracts';
import { createRandom } from '@sensorium/data';
import type { Series } from '@sensorium/media';
import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { series } from './index.js';

type Given = z.input<typeof series.options>;

const create = (given: Given): Encoder<Series> => {
  const known = { names: ['x'], longest: 6, patch: 1, spacing: 1, ...given };
  const learned = { mean: known.names.map(() => 50), deviation: known.names.map(() => 2) };
  return series.create(series.options.parse({ ...learned, ...known }), new Map());
};
const of = (values: readonly number[], time?: readonly number[], channels = ['x']): Series => ({
  channels,
  values: Float32Array.from(values),
  ...(time && { time: Float64Array.from(time) }),
});
const numbers = (tensors: Tensors, name: string): number[] => Array.from(tensors[name]!.data, Number);
const randomOf = (seed: number) => ({ own: createRandom(seed, 'own'), row: createRandom(seed, 'row') });

describe('a series', () => {
  it('stands at the end of its rows, with its times before the last', () => {
    const found = create({ longest: 5, patch: 2 }).prepare(of([1, NaN, 3], [10, 10.5, 12]));
    expect(numbers(found, 'valid')).toEqual([0, 0, 0, 1, 1, 1]);
    expect(numbers(found, 'times')).toEqual([0, 0, 0, -2, -1.5, 0]);
    expect(numbers(found, 'known')).toEqual([0, 0, 0, 1, 0, 1]);
    expect(numbers(found, 'values')).toEqual([0, 0, 0, 1, 1, 3]);
  });

  it('gives its channels by their names', () => {
    const given = of([1, 2, 3, 4, NaN, 6], undefined, ['z', 'y', 'x']);
    const found = create({ names: ['x', 'y'], longest: 2 }).prepare(given);
    expect(found['values']).toMatchObject({ shape: [1, 2, 2], data: Float32Array.of(3, 6, 2, 2) });
    expect(numbers(found, 'known')).toEqual([1, 1, 1, 0]);
  });

  it.each<[Given['impute'], number[]]>([
    ['last', [50, 2, 2, 2, 8, 8]],
    ['linear', [2, 2, 3, 6, 8, 8]],
    ['mean', [50, 2, 50, 50, 8, 50]],
  ])('has its gaps filled by: %s', (impute, expected) => {
    const given = of([NaN, 2, NaN, NaN, 8, NaN], [0, 1, 2, 5, 7, 9]);
    expect(numbers(create({ impute }).prepare(given), 'values')).toEqual(expected);
  });

  it.each(['last', 'linear', 'mean'] as const)('without a value in a channel has its mean: %s', (impute) => {
    const given = of([1, NaN, 2, NaN], undefined, ['x', 'y']);
    const found = create({ impute, names: ['x', 'y'], longest: 2 }).prepare(given);
    expect(numbers(found, 'values')).toEqual([1, 2, 50, 50]);
  });

  it('on a line between two rows of one time has their mean', () => {
    const found = create({ impute: 'linear' }).prepare(of([1, NaN, 3], [4, 4, 4]));
    expect(numbers(found, 'values').slice(3)).toEqual([1, 2, 3]);
  });

  it('that is too long is cut to its last rows, and its giver is told, also of other channels', () => {
    const encoder = create({ longest: 2 });
    const given = of([1, 9, 2, 9, 3, 9], undefined, ['x', 'q']);
    expect(numbers(encoder.prepare(given), 'values')).toEqual([2, 3]);
    expect(encoder.notes!(given)).toEqual(['cut to the last 2 rows, of 3', 'channels that are not read: q']);
    expect(encoder.notes!(of([1, 2]))).toEqual([]);
  });

  it('without a channel is refused', () => {
    expect(() => create({ names: ['x', 'y'] }).prepare(of([1]))).toThrow(
      expect.objectContaining({
        code: 'SENSORIUM_BAD_MEDIA',
        message: 'a series has the channels x; the encoder reads x, y',
      }),
    );
  });
});

describe('in training', () => {
  const rows = 200;
  const given = of(Array.from({ length: rows }, (_, row) => row));
  const drawn = (augment: Given['augment'], seed: number): Tensors => {
    const encoder = create({ longest: rows, augment });
    const kept = encoder.prepare(given);
    const before = structuredClone(kept);
    const found = encoder.view!.draw(kept, randomOf(seed));
    expect(kept).toEqual(before);
    expect(encoder.view!.draw(kept, null)).toEqual(kept);
    return found;
  };
  const seeds = Array.from({ length: 60 }, (_, seed) => seed);
  const count = (tensors: Tensors, name: string): number => numbers(tensors, name).reduce((a, b) => a + b, 0);

  it('rows are cut off at the beginning', () => {
    const counts = seeds.map((seed) => count(drawn({ crop: 0.5 }, seed), 'valid'));
    expect(Math.min(...counts)).toBeGreaterThanOrEqual(100);
    expect(Math.min(...counts)).toBeLessThan(110);
    expect(Math.max(...counts)).toBeGreaterThan(190);
    const one = drawn({ crop: 0.5 }, 3);
    expect(numbers(one, 'values')).toEqual(numbers(one, 'valid').map((flag, row) => flag * row));
  });

  it('values are taken away, another share of each sample, and their gaps filled', () => {
    const samples = seeds.map((seed) => drawn({ gaps: 0.5 }, seed));
    const shares = samples.map((sample) => 1 - count(sample, 'known') / rows);
    expect(Math.max(...shares)).toBeGreaterThan(0.4);
    expect(Math.max(...shares)).toBeLessThan(0.6);
    expect(Math.min(...shares)).toBeLessThan(0.05);
    for (const sample of samples) {
      let last = 50;
      const known = numbers(sample, 'known');
      const expected = known.map((flag, row) => (last = flag ? row : last));
      expect(numbers(sample, 'values')).toEqual(expected);
    }
  });

  it('noise has a share of the channel’s deviation', () => {
    const differences = seeds.flatMap((seed) =>
      numbers(drawn({ noise: 0.25 }, seed), 'values').map((value, row) => value - row),
    );
    const mean = differences.reduce((sum, value) => sum + value, 0) / differences.length;
    const variance = differences.reduce((sum, value) => sum + (value - mean) ** 2, 0) / differences.length;
    expect(mean).toBeCloseTo(0, 1);
    expect(Math.sqrt(variance)).toBeCloseTo(0.5, 1);
  });

  it('people see what is fed, gaps as gaps', () => {
    const encoder = create({ longest: 4, augment: { gaps: 0.1 } });
    const kept = encoder.prepare(of([1, NaN, 3], [5, 6, 8]));
    expect(encoder.view!.value!(encoder.view!.draw(kept, null))).toEqual(of([1, NaN, 3], [0, 1, 3]));
  });
});

describe('what it learns', () => {
  async function* table(...values: Series[]): AsyncGenerator<Series> {
    yield* values;
  }
  const learn = (given: Given, ...values: Series[]) =>
    series.learn!(series.options.parse(given), table(...values), new Map());

  it('is channels, moments without gaps, length and spacing', async () => {
    const found = await learn(
      {},
      of([1, NaN, 3, 8], [0, 2], ['x', 'y']),
      of([5, 8, 7, NaN, NaN, 2], [0, 2, 8], ['x', 'y']),
    );
    expect(found).toMatchObject({ names: ['x', 'y'], longest: 3, patch: 1, spacing: 4, mean: [4, 6] });
    expect(found.deviation).toEqual([Math.sqrt(5), Math.sqrt(8)]);
  });

  it('is as many rows a token as make 64 tokens of the longest', async () => {
    expect(await learn({}, of(Array<number>(130).fill(1)))).toMatchObject({ longest: 130, patch: 3, deviation: [1] });
    expect(await learn({}, of(Array<number>(9000).fill(1)))).toMatchObject({ longest: 4096, patch: 64 });
  });

  it('leaves what is given, and a series that lacks a channel, to where its row is known', async () => {
    const given = { names: ['y'], mean: [7], deviation: [3], longest: 9, patch: 2, spacing: 5 };
    expect(await learn(given, of([1]), of([4], undefined, ['y']))).toMatchObject(given);
    expect(await learn({}, ...[])).toEqual(series.options.parse({}));
  });
});

describe('people are told', () => {
  const survey = (given: Given, ...values: Series[]) => {
    async function* table() {
      for (const value of values) yield { value, rows: 1, trained: 1 };
    }
    return create(given).survey!(table());
  };

  it('channels, lengths, gaps and what is read', async () => {
    const names = ['a', 'b', 'c', 'd', 'e'];
    const given = of([1, 2, 3, 4, 5, 6, NaN, 8, NaN, 1], undefined, names);
    expect(await survey({ names, longest: 8, patch: 2 }, given, of([3, 9, 7, 1, 3], undefined, names))).toEqual({
      facts: [
        '5 channels: a, b, c, d, …',
        '1 to 2 rows',
        '13 % of the values are gaps',
        'the last 8 rows are read, 2 as a token',
      ],
      warnings: [],
    });
  });

  it('channels that never change, and series that are longer than what is read', async () => {
    const { facts, warnings } = await survey(
      { names: ['x', 'y'], longest: 2 },
      of([1, 2, 5, 2, 3, 2], undefined, ['x', 'y']),
    );
    expect(facts).toEqual(['2 channels: x, y', '3 rows', 'the last 2 rows are read']);
    expect(warnings.map(({ code, message }) => [code, message])).toEqual([
      ['channel-constant', 'a channel never changes in the series that were looked at: y'],
      ['series-cut', '1 of 1 series that were looked at are longer than what is kept: the last 2 rows are read'],
    ]);
  });
});

it('is not made of what nobody told it', () => {
  const created = (given: Given) => () => series.create(series.options.parse(given), new Map());
  const invalid = { code: 'SENSORIUM_MANIFEST_INVALID' };
  expect(created({})).toThrow(expect.objectContaining(invalid));
  const known = { names: ['x'], longest: 2, patch: 1, spacing: 1, mean: [1] };
  expect(created({ ...known, deviation: [1, 2] })).toThrow(
    expect.objectContaining({ ...invalid, message: expect.stringMatching(/^1 names, 1 means and 2 deviations/) }),
  );
});
