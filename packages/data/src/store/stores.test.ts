import { mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { folderStore, memoryStore, readStored, writeStored, type Store } from '../index.js';

let folder: string;
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'sensorium-store-'))));
afterEach(() => rm(folder, { recursive: true }));

const text = async (store: Store, file: string): Promise<string | undefined> => {
  const bytes = await readStored(store, file);
  return bytes && new TextDecoder().decode(bytes);
};

// The page's private files are tested in Chromium, with the training that writes them.
describe.each<[string, () => Store]>([
  ['a folder', () => folderStore(join(folder, 'new', 'model'))],
  ['memory', memoryStore],
])('%s as a store', (_, open) => {
  it('keeps files by name, whole, and replaces them', async () => {
    const store = open();
    expect(await text(store, 'a.txt')).toBeUndefined();
    await writeStored(store, { 'a.txt': 'first, and longer', 'b.bin': Uint8Array.of(1, 2) });
    await writeStored(store, { 'a.txt': '€' });
    expect(await text(store, 'a.txt')).toBe('€');
    expect(await readStored(store, 'b.bin')).toEqual(Uint8Array.of(1, 2));
  });

  it('gives no file its name before all are whole', async () => {
    const store = open();
    await writeStored(store, { a: 'old a', b: 'old b' });
    const failing: Store = Object.create(store, {
      create: {
        value: async (name: string) => {
          if (name === 'b') throw new Error('the disk is gone');
          return store.create(name);
        },
      },
    }) as Store;
    await expect(writeStored(failing, { a: 'new a', b: 'new b' })).rejects.toThrow('the disk is gone');
    expect([await text(store, 'a'), await text(store, 'b')]).toEqual(['old a', 'old b']);
    await writeStored(store, { a: 'new a', b: 'new b' });
    expect((await store.list()).sort()).toEqual(['a', 'b']);
    expect([await text(store, 'a'), await text(store, 'b')]).toEqual(['new a', 'new b']);
  });

  it('shows a file that is written at positions on commit alone', async () => {
    const store = open();
    const file = await store.create('a.bin');
    await Promise.all([file.write(Uint8Array.of(3, 4), 2), file.write(Uint8Array.of(1, 2), 0)]);
    expect(await store.open('a.bin')).toBeUndefined();
    await file.commit();
    await file.dispose();
    const stored = (await store.open('a.bin'))!;
    const middle = new Uint8Array(2);
    await stored.read(middle, 1);
    expect([stored.size, ...middle]).toEqual([4, 2, 3]);
    await stored.dispose();
  });

  it('throws away what is not committed', async () => {
    const store = open();
    await writeStored(store, { a: 'old' });
    const file = await store.create('a');
    await file.write(Uint8Array.of(1), 0);
    await file.dispose();
    await file.dispose();
    expect(await text(store, 'a')).toBe('old');
  });

  it('renames and removes, where there is something', async () => {
    const store = open();
    expect(await store.rename('a', 'b')).toBe(false);
    await store.remove('a');
    await writeStored(store, { a: 'x', b: 'y' });
    expect(await store.rename('a', 'b')).toBe(true);
    expect([await text(store, 'a'), await text(store, 'b')]).toEqual([undefined, 'x']);
    await store.remove('b');
    expect(await text(store, 'b')).toBeUndefined();
  });

  it('lists what it holds: no lock, and nothing that is just being written', async () => {
    const store = open();
    expect(await store.list()).toEqual([]);
    await writeStored(store, { b: 'y', a: 'x' });
    await writeStored(store.at('inner'), { c: 'z' });
    store.at('empty');
    const lock = await store.lock();
    const file = await store.create('d');
    expect((await store.list()).sort()).toEqual(['a', 'b', 'inner']);
    await file.dispose();
    lock.release();
  });

  it('has stores within it', async () => {
    const store = open();
    await writeStored(store.at('inner'), { a: 'x' });
    expect(await text(store.at('inner'), 'a')).toBe('x');
    expect(await text(store, 'a')).toBeUndefined();
    expect(store.at('inner').path('a')).toBe(`${store.path()}/inner/a`);
  });

  it('is locked for one at a time', async () => {
    const store = open();
    await writeStored(store, { a: 'x' });
    const lock = await store.lock();
    await expect(store.lock()).rejects.toMatchObject({ code: 'SENSORIUM_LOCKED' });
    lock.release();
    (await store.lock()).release();
  });
});

describe('a folder', () => {
  it('that is not there is locked with its first file, and not made before', async () => {
    const path = join(folder, 'model');
    const [first, second] = [folderStore(path), folderStore(path)];
    const locks = [await first.lock(), await second.lock()];
    expect(await readdir(folder)).toEqual([]);
    await writeStored(first, { a: 'x' });
    await expect(writeStored(second, { b: 'y' })).rejects.toMatchObject({ code: 'SENSORIUM_LOCKED' });
    locks.forEach((lock) => lock.release());
    expect(await readdir(path)).toEqual(['a']);
  });

  it('loses what a killed owner was just writing to who has the lock, and nothing else', async () => {
    const part = 'model.onnx.00000000-0000-4000-8000-000000000000.part';
    for (const name of [part, 'notes.part']) await writeFile(join(folder, name), 'x');
    const lock = await folderStore(folder).lock();
    expect((await readdir(folder)).sort()).toEqual(['notes.part', 'training.lock']);
    lock.release();
    expect(await readdir(folder)).toEqual(['notes.part']);
  });

  it('that nobody locks, as that of a cache, loses with its next file what nobody has written to for an hour', async () => {
    const partOf = (name: string): string => `${name}.00000000-0000-4000-8000-000000000000.part`;
    const [dead, slow] = [partOf('prepared.bin'), partOf('features.bin')];
    for (const name of [dead, slow, 'notes.part']) await writeFile(join(folder, name), 'x');
    const minutesAgo = (minutes: number): number => Date.now() / 1000 - 60 * minutes;
    await utimes(join(folder, dead), minutesAgo(61), minutesAgo(61));
    await utimes(join(folder, slow), minutesAgo(50), minutesAgo(50));
    await utimes(join(folder, 'notes.part'), 0, 0);
    await writeStored(folderStore(folder), { 'new.bin': 'y' });
    expect((await readdir(folder)).sort()).toEqual([slow, 'new.bin', 'notes.part']);
  });
});
