import { modalityOf, type Column, type Manifest, type Modality, type Tensors } from '@sensorium/contracts';
import { createRandom, memoryStore } from '@sensorium/data';
import { modelWeights } from '@sensorium/orchestrator';
import { describe, expect, it } from 'vitest';
import { dataColumns, type DataColumn } from './data/data-column.js';
import { Cache } from './data/cache.js';
import { Dataset } from './data/dataset.js';
import { train, type Trained } from './index.js';
import { nodeHost } from './node-host.js';
import { setUp } from './plan/set-up.js';
import { pointPlugins, pointRows, type Point } from './testing/points.js';

const cache = memoryStore();
const given = { plugins: pointPlugins, from: [], cache };
const training = { epochs: 2, batchSize: 4, validation: 0.25, seed: 5 };

const trainPoints = (manifest: Partial<Manifest>, rows: readonly object[]): Promise<Trained> =>
  train({ sensorium: 1, inputs: {}, heads: { value: 'value' }, training, ...manifest }, { rows, ...given });

const parametersOf = ({ model }: Trained): string[] => Object.keys(modelWeights(model)).sort();

describe('several columns', () => {
  it('are one value', async () => {
    const rows = pointRows(12);
    const flat = rows.map(({ left, value }) => ({ x: left.x, y: left.y, value }));
    const whole = rows.map(({ left, value }) => ({ place: left, value }));
    const one = await trainPoints({ inputs: { place: { encoder: 'points', columns: ['x', 'y'] } } }, flat);
    const other = await trainPoints({ inputs: { place: 'points' } }, whole);
    expect(modelWeights(one.model)).toEqual(modelWeights(other.model));
    expect(one.manifest.inputs['place']!.column).toEqual(['x', 'y']);
  });
});

describe('many values in a cell', () => {
  const inputs = { place: { encoder: 'points', many: 3 } } as const;

  it('are up to so many, in a list or one alone', async () => {
    const rows = pointRows(16).map(({ left, right, value }, index) => ({
      place: [left, [left], [left, right], [left, right, left]][index % 4],
      value,
    }));
    const { metrics } = await trainPoints({ inputs }, rows);
    expect(metrics.history.at(-1)!.loss).toBeLessThan(metrics.history[0]!.loss);
  });

  it('are the first so many of a longer list', async () => {
    const long = pointRows(8).map(({ left, right, value }) => ({ place: [left, right, right, left, left], value }));
    const cut = long.map(({ place, value }) => ({ place: place.slice(0, 3), value }));
    const [one, other] = [await trainPoints({ inputs }, long), await trainPoints({ inputs }, cut)];
    expect(modelWeights(one.model)).toEqual(modelWeights(other.model));
  });
});

describe('tied inputs', () => {
  it('have one encoder, that learns from both', async () => {
    const inputs = { left: 'points', right: { encoder: 'points', tied: 'left' } } as const;
    const tied = await trainPoints({ inputs, fusion: 'balanced' }, pointRows(12));
    const own = await trainPoints({ inputs: { left: 'points', right: 'points' }, fusion: 'balanced' }, pointRows(12));
    expect(parametersOf(tied).filter((name) => name.startsWith('inputs/'))).toHaveLength(2);
    expect(parametersOf(own).filter((name) => name.startsWith('inputs/'))).toHaveLength(4);
  });
});

describe('rows that belong together', () => {
  const prepareRows = (rows: readonly object[], data: Manifest['data'] = {}, modality?: Partial<Modality>) => {
    const plugins = pointPlugins.map((plugin) =>
      plugin.kind === 'encoder' && modality
        ? ({ ...plugin, modality: { ...modalityOf(plugin, {}), ...modality } } as typeof plugin)
        : plugin,
    );
    const manifest: Manifest = { sensorium: 1, inputs: { left: 'points' }, heads: { value: 'value' }, training, data };
    return setUp(nodeHost, manifest, { ...given, plugins, rows });
  };
  const sides = async (
    rows: readonly object[],
    of: (row: number) => unknown,
    ...more: [Manifest['data']?, Partial<Modality>?]
  ) => {
    const { split } = await prepareRows(rows, ...more);
    expect(split.held.length).toBeGreaterThan(0);
    const train_ = new Set(Array.from(split.train, of));
    return Array.from(split.held, of).filter((one) => train_.has(one));
  };

  it('stay on one side by data.groups', async () => {
    const rows = pointRows(30);
    expect(await sides(rows, (row) => rows[row]!.group)).not.toEqual([]);
    expect(await sides(rows, (row) => rows[row]!.group, { groups: 'group' })).toEqual([]);
  });

  it('stay on one side by values of an exclusive modality', async () => {
    const rows = pointRows(30).map((row, index, all) => ({ ...row, left: { ...all[index % 10]!.left } }));
    const place = (row: number): string => JSON.stringify(rows[row]!.left);
    expect(await sides(rows, place)).not.toEqual([]);
    expect(await sides(rows, place, {}, { exclusive: true })).toEqual([]);
  });

  it('need a column of that name', async () => {
    await expect(prepareRows(pointRows(8), { groups: 'patient' })).rejects.toMatchObject({
      code: 'SENSORIUM_MISSING_COLUMN',
      location: { key: 'patient' },
    });
  });
});

describe('what is kept of a value', () => {
  async function columnsOf(
    versions: Record<string, string>,
  ): Promise<{ columns: DataColumn[]; prepared: Awaited<ReturnType<typeof setUp>> }> {
    const manifest: Manifest = { sensorium: 1, inputs: { left: 'points' }, heads: { value: 'value' }, training };
    const prepared = await setUp(nodeHost, manifest, { ...given, rows: pointRows(8) });
    return { columns: dataColumns({ ...prepared, versions }), prepared };
  }
  const versions = { '@sensorium/encoder-points': '1.0.0', '@sensorium/head-value': '1.0.0' };

  /** The places of all rows, by an encoder, a version of it, and a modality. */
  async function placesWith(change: {
    modality?: Partial<Modality>;
    versions?: Record<string, string>;
    column?: Partial<Column>;
  }) {
    const { columns, prepared } = await columnsOf(change.versions ?? versions);
    const changed = columns.map((column) => {
      if (column.isTarget || !change.modality) return column;
      const modality = { ...column.modality, ...change.modality };
      const [[name, , ...others], plugin] = JSON.parse(column.preparation) as [unknown[], unknown[]];
      const preparation = JSON.stringify([[name, modality.version, ...others], plugin]);
      return { ...column, modality, preparation, decode: modality.decode };
    });
    const dataset = await Dataset.open(prepared.tables.train, changed, { cache: new Cache(cache) });
    const read = await dataset.read(Uint8Array.of(0, 1, 2) as never);
    await dataset.dispose();
    return read['left']!.data;
  }

  it('is another where the modality is another version, and the old one where nothing changed', async () => {
    const doubled = async (source: unknown) => {
      const { x, y } = source as Point;
      return { x: 2 * x, y: 2 * y };
    };
    const first = await placesWith({});
    expect(await placesWith({ modality: { decode: doubled } })).toEqual(first);
    expect(await placesWith({ modality: { decode: doubled, version: '2' } })).toEqual(
      Float32Array.from(first, (value: number | bigint) => 2 * Number(value)),
    );
    expect(await placesWith({})).toEqual(first);
  });
});

describe('a view', () => {
  it('is drawn from streams of the column and of the row, in training alone', async () => {
    const noisy = { encoder: 'points', noise: 0.5 };
    const manifest: Manifest = {
      sensorium: 1,
      inputs: { left: noisy, right: noisy },
      fusion: 'balanced',
      heads: { value: 'value' },
      training,
    };
    const rows = pointRows(8).map((row) => ({ ...row, right: row.left }));
    const { columns, tables } = await setUp(nodeHost, manifest, { ...given, rows });
    const dataset = await Dataset.open(tables.train, columns, { cache: new Cache(cache) });
    const all = Uint32Array.from(rows.keys());
    const random = createRandom(1);
    const read = (isTraining: boolean): Promise<Tensors> =>
      dataset.read(all, isTraining ? { randomOf: (position) => random.fork(String(position)) } : {});
    const [plain, varied] = [await read(false), await read(true)];
    const places = ({ left, right }: Tensors, axis: number) =>
      [left, right].map((tensor) => Array.from(all, (row) => Number(tensor!.data[2 * row + axis])));
    expect(places(plain, 0)[0]).toEqual(rows.map(({ left }) => Math.fround(left.x)));
    // x varies by each column's own stream, y by the row's: alike in both.
    expect(places(varied, 0)[0]).not.toEqual(places(varied, 0)[1]);
    expect(places(varied, 1)[0]).toEqual(places(varied, 1)[1]);
    expect(places(varied, 1)[0]).not.toEqual(places(plain, 1)[0]);
    expect(await read(true)).toEqual(varied);
    await dataset.dispose();
  });
});
