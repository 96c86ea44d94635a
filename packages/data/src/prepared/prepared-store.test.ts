import { mkdtemp, open, readdir, readFile, rm, truncate, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Tensors, TensorSpecs } from '@sensorium/contracts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  createRandom,
  folderStore,
  memoryStore,
  noRecord,
  openPrepared,
  prepareAll,
  type PreparedStore,
  type Store,
} from '../index.js';

let directory: string;
let folder: Store;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'sensorium-prepared-'));
  folder = folderStore(directory);
});
afterEach(() => rm(directory, { recursive: true }));

const specs: TensorSpecs = {
  tokens: { dtype: 'int64', shape: [2] },
  weight: { dtype: 'float32', shape: [] },
  flag: { dtype: 'bool', shape: [3] },
};

const sample = (value: number): Tensors => ({
  tokens: { dtype: 'int64', shape: [1, 2], data: BigInt64Array.of(BigInt(value), -1n) },
  weight: { dtype: 'float32', shape: [1], data: Float32Array.of(value / 3) },
  flag: { dtype: 'bool', shape: [1, 3], data: Uint8Array.of(1, 0, value) },
});

async function filled(count: number, key = 'key'): Promise<PreparedStore> {
  const store = await openPrepared({ store: folder, key, specs });
  for (const index of Array(count).keys()) await store.put(count - 1 - index, sample(count - 1 - index));
  await store.finish();
  return store;
}

const storeFile = async (): Promise<string> => join(directory, (await readdir(directory))[0] as string);

describe('PreparedStore', () => {
  it('gives back in any order what was put in, and zeros for no record', async () => {
    const store = await filled(5);
    const { tokens, weight, flag } = await store.read(Uint32Array.of(4, noRecord, 0, 4));
    expect(tokens).toEqual({
      dtype: 'int64',
      shape: [4, 2],
      data: BigInt64Array.of(4n, -1n, 0n, 0n, 0n, -1n, 4n, -1n),
    });
    expect(weight).toEqual({ dtype: 'float32', shape: [4], data: Float32Array.of(4 / 3, 0, 0, 4 / 3) });
    expect(flag?.data).toEqual(Uint8Array.of(1, 0, 4, 0, 0, 0, 1, 0, 0, 1, 0, 4));
    await store.dispose();
  });

  it('reads into tensors of the caller', async () => {
    const store = await filled(3);
    const into: Tensors = {
      tokens: { dtype: 'int64', shape: [1, 2], data: new BigInt64Array(2).fill(9n) },
      weight: { dtype: 'float32', shape: [1], data: new Float32Array(3).subarray(1, 2) },
      flag: { dtype: 'bool', shape: [1, 3], data: new Uint8Array(3) },
    };
    expect(await store.read(Uint32Array.of(2), into)).toBe(into);
    expect(into.tokens?.data).toEqual(BigInt64Array.of(2n, -1n));
    expect(new Float32Array(into.weight?.data.buffer as ArrayBuffer)).toEqual(Float32Array.of(0, 2 / 3, 0));
    await expect(store.read(Uint32Array.of(1, 2), into)).rejects.toMatchObject({ code: 'SENSORIUM_SHAPE' });
    await expect(store.read(Uint32Array.of(3))).rejects.toThrow(RangeError);
    await store.dispose();
  });

  it('is there for later runs with the same key and specs, and only for them', async () => {
    await (await filled(3)).dispose();
    const again = await openPrepared({ store: folder, key: 'key', specs });
    expect([again.finished, again.count, again.has(2), again.has(3)]).toEqual([true, 3, true, false]);
    expect((await again.read(Uint32Array.of(1))).weight?.data).toEqual(Float32Array.of(1 / 3));
    await again.dispose();
    for (const other of [
      { store: folder, key: 'other', specs },
      { store: folder, key: 'key', specs: { ...specs, flag: { dtype: 'bool', shape: [4] } } as const },
    ]) {
      const store = await openPrepared(other);
      expect([store.finished, store.count, store.has(0)]).toEqual([false, 0, false]);
      await store.dispose();
    }
  });

  it('is discarded if it was not finished', async () => {
    const store = await openPrepared({ store: folder, key: 'key', specs });
    await store.put(1, sample(1));
    expect([store.count, store.has(0), store.has(1)]).toEqual([1, false, true]);
    await expect(store.finish()).rejects.toThrow('record 0');
    await store.dispose();
    expect(await readdir(directory)).toEqual([]);
  });

  it.each<[string, (file: string, size: number) => Promise<void>]>([
    ['cut', (file, size) => truncate(file, size - 10)],
    ['cut to nothing', (file) => truncate(file, 0)],
    ['replaced by noise', (file) => writeFile(file, createRandom(1).bytes(1000))],
    [
      'with one changed bit in a record',
      async (file) => {
        const handle = await open(file, 'r+');
        await handle.write(Uint8Array.of(0x80), 0, 1, 8);
        await handle.close();
      },
    ],
  ])('is discarded if its file is damaged: %s', async (_, damage) => {
    await (await filled(3)).dispose();
    const file = await storeFile();
    await damage(file, (await readFile(file)).length);
    const store = await openPrepared({ store: folder, key: 'key', specs });
    expect(store.finished).toBe(false);
    await store.put(0, sample(7));
    await store.finish();
    expect((await store.read(Uint32Array.of(0))).weight?.data).toEqual(Float32Array.of(7 / 3));
    await store.dispose();
  });

  it('removes what a killed run left behind long ago, but not what another run may be writing', async () => {
    const killed = await openPrepared({ store: folder, key: 'key', specs });
    const left = await storeFile();
    await (await openPrepared({ store: folder, key: 'key', specs })).dispose();
    expect(await readdir(directory)).toHaveLength(1);
    await utimes(left, new Date(0), new Date(0));
    await (await openPrepared({ store: folder, key: 'another key', specs })).dispose();
    expect(await readdir(directory)).toEqual([]);
    await killed.dispose();
  });

  it('refuses tensors that are not what the specs say', async () => {
    const store = await openPrepared({ store: folder, key: 'key', specs });
    const float = { dtype: 'float32', shape: [1], data: Float32Array.of(1) } as const;
    const long = { dtype: 'float32', shape: [2], data: Float32Array.of(1, 2) } as const;
    await expect(store.put(0, { ...sample(0), tokens: float })).rejects.toMatchObject({ code: 'SENSORIUM_DTYPE' });
    await expect(store.put(0, { ...sample(0), weight: long })).rejects.toMatchObject({ code: 'SENSORIUM_SHAPE' });
    await expect(store.put(0, { weight: float })).rejects.toMatchObject({ code: 'SENSORIUM_SHAPE' });
    expect(store.has(0)).toBe(false);
    await store.dispose();
  });

  it('says when it is used after dispose', async () => {
    const store = await filled(1);
    await store.dispose();
    await store.dispose();
    await expect(store.read(Uint32Array.of(0))).rejects.toMatchObject({ code: 'SENSORIUM_DISPOSED' });
  });

  it('gathers 64 records of 12 KB in little time of the processor', async () => {
    const store = await openPrepared({
      store: folder,
      key: 'fast',
      specs: { pixels: { dtype: 'uint8', shape: [12288] } },
    });
    const random = createRandom(1);
    for (let index = 0; index < 1000; index++) {
      await store.put(index, { pixels: { dtype: 'uint8', shape: [12288], data: random.bytes(12288) } });
    }
    await store.finish();
    const indices = Uint32Array.from({ length: 64 }, () => random.integer(1000));
    const into = await store.read(indices);
    const times: number[] = [];
    for (let round = 0; round < 50; round++) {
      const start = process.cpuUsage();
      await store.read(indices, into);
      const { user, system } = process.cpuUsage(start);
      times.push((user + system) / 1000);
    }
    expect(times.sort((a, b) => a - b)[25]).toBeLessThan(2);
    await store.dispose();
  });
});

describe('prepareAll', () => {
  const values = ['a', 'b', 'c'];
  const number = (value: string): number => value.charCodeAt(0) - 97;

  it('prepares every value once, also into memory', async () => {
    const memory = memoryStore();
    for (const store of [folder, memory]) {
      const prepared = await openPrepared({ store, key: 'key', specs });
      const asked: string[] = [];
      const reports: number[] = [];
      const prepare = async (value: string): Promise<Tensors> => {
        asked.push(value);
        return sample(number(value));
      };
      const progress = ({ done, total }: { done: number; total: number }): void => void reports.push(done, total);
      await prepareAll({ store: prepared, values, prepare, progress });
      expect(asked).toEqual(['a', 'b', 'c']);
      expect(reports).toEqual([1, 3, 2, 3, 3, 3]);
      expect((await prepared.read(Uint32Array.of(2, noRecord, 1))).weight?.data).toEqual(
        Float32Array.of(2 / 3, 0, 1 / 3),
      );
      await prepared.dispose();

      const again = await openPrepared({ store, key: 'key', specs });
      const never = (): Promise<Tensors> => expect.fail('should have been reused');
      await prepareAll({ store: again, values, prepare: never });
      const others = prepareAll({ store: again, values: ['a'], prepare: never });
      await expect(others).rejects.toThrow('its key does not cover them');
      await again.remove();
      expect((await openPrepared({ store, key: 'key', specs })).finished).toBe(false);
    }
  });

  it('works on a bounded number of values at once', async () => {
    const store = await openPrepared({ store: folder, key: 'many', specs });
    let busy = 0;
    let most = 0;
    const prepare = async (): Promise<Tensors> => {
      most = Math.max(most, ++busy);
      await new Promise((resolve) => setTimeout(resolve, 2));
      busy--;
      return sample(1);
    };
    await prepareAll({ store, values: Array.from({ length: 20 }), prepare, concurrency: 3 });
    expect(most).toBe(3);
    await store.dispose();
  });

  it('throws the failure of the earliest value, and begins nothing after it', async () => {
    const store = await openPrepared({ store: folder, key: 'key', specs });
    const asked: string[] = [];
    const prepare = async (value: string): Promise<Tensors> => {
      asked.push(value);
      await new Promise((resolve) => setTimeout(resolve, value === 'a' ? 20 : 1));
      throw new Error(`${value} is broken`);
    };
    await expect(prepareAll({ store, values, prepare, concurrency: 2 })).rejects.toThrow('a is broken');
    expect(asked).toEqual(['a', 'b']);
    await store.dispose();
    expect(await readdir(directory)).toEqual([]);
  });

  it('can be aborted', async () => {
    const store = await openPrepared({ store: folder, key: 'key', specs });
    const controller = new AbortController();
    let asked = 0;
    const prepare = async (): Promise<Tensors> => {
      asked++;
      controller.abort();
      return sample(1);
    };
    const work = prepareAll({ store, values, prepare, concurrency: 1, signal: controller.signal });
    await expect(work).rejects.toMatchObject({ name: 'AbortError' });
    expect([asked, store.finished]).toEqual([1, false]);
    await store.dispose();
  });
});
