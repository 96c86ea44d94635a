import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { folderStore, type Store } from '@sensorium/data';
import { loadPipeline, platform, readModelFolder } from '@sensorium/orchestrator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { train, type Trained } from '../index.js';
import { from, makeSquares, type Squares } from '../testing/squares.js';
import { repairModel, replaceModel } from './replace-model.js';

let squares: Squares;
let folder: string;
let [old, next]: Trained[] = [];
beforeAll(async () => {
  squares = await makeSquares({ train: 24, test: 0 });
  process.env['SENSORIUM_CACHE'] = squares.path('cache');
  folder = await mkdtemp(join(tmpdir(), 'sensorium-replace-'));
  const trained = (seed: number): Promise<Trained> =>
    train(
      { ...squares.manifest, heads: { answer: 'classification' }, data: { train: squares.path('train.csv') } },
      { out: squares.path(`seed-${seed}`), from, set: [`training.seed=${seed}`, 'training.epochs=1'] },
    );
  [old, next] = [await trained(1), await trained(2)];
});
afterAll(() => Promise.all([folder, squares.folder].map((path) => rm(path, { recursive: true }))));

const modelFiles = ({ files }: Trained): Record<string, Uint8Array> =>
  Object.fromEntries(Object.entries(files).filter(([name]) => /\.onnx$|^manifest\.json$/.test(name)));

class Killed extends Error {}

/** A store whose process is killed before so many changes of it: none of what would come after happens, no clearing either. */
function killedAfter(store: Store, changes: number): Store {
  let left = changes;
  const change =
    <A extends unknown[], T>(action: (...given: A) => Promise<T>) =>
    async (...given: A): Promise<T> => {
      if (left <= 0) throw new Killed();
      left--;
      return action(...given);
    };
  return {
    path: (file) => store.path(file),
    list: () => store.list(),
    open: (file) => store.open(file),
    at: (name) => store.at(name),
    lock: () => store.lock(),
    rename: change((file: string, to: string) => store.rename(file, to)),
    remove: change((file: string) => store.remove(file)),
    create: change(async (name: string) => {
      const file = await store.create(name);
      const write = change((data: Uint8Array, position: number) => file.write(data, position));
      const dispose = async (): Promise<void> => (left > 0 ? file.dispose() : undefined);
      return { ...file, write, commit: change(() => file.commit()), dispose };
    }),
  };
}

const readable = async (path: string): Promise<Uint8Array> => (await readModelFolder(path, platform)).model;

/** Replaces a model in a copy of `from`, killed after so many changes; undefined where there were no more. */
async function killedIn(name: string, from: string | undefined, changes: number): Promise<string | undefined> {
  const path = join(folder, `${name}-${changes}`);
  if (from) await cp(from, path, { recursive: true });
  const outcome = await replaceModel(killedAfter(folderStore(path), changes), modelFiles(next!)).catch(
    (e: unknown) => e,
  );
  if (outcome === undefined) return undefined;
  expect(outcome).toBeInstanceOf(Killed);
  return path;
}

describe('a kill at any moment of replacing a model', () => {
  it('leaves the old one or the new one, which loads at once and is whole after the next start', async () => {
    const seen = new Set<string>();
    let path: string | undefined;
    for (let changes = 0; (path = await killedIn('over', old!.folder, changes)); changes++) {
      const model = await readable(path);
      const is = model.length === old!.model.length && Buffer.compare(model, old!.model) === 0 ? 'old' : 'new';
      seen.add(is);
      const expected = is === 'old' ? old! : next!;
      expect(Buffer.compare(model, expected.model), `after ${changes}`).toBe(0);
      await repairModel(folderStore(path));
      expect(Buffer.compare(await readFile(join(path, 'model.onnx')), expected.model)).toBe(0);
      expect(await readFile(join(path, 'manifest.json'))).toEqual(Buffer.from(expected.files['manifest.json']!));
      // What was said of the old model is never beside the new one.
      const said = is === 'old' ? ['metrics.json', 'report.html'] : [];
      const left = (await folderStore(path).list()).sort();
      expect(left).toEqual(['manifest.json', ...said, 'model.onnx'].sort());
    }
    expect([...seen]).toEqual(['old', 'new']);
  });

  it('where there was none leaves none, or the new one', async () => {
    let path: string | undefined;
    let whole = 0;
    for (let changes = 0; (path = await killedIn('none', undefined, changes)); changes++) {
      const model = await readable(path).catch(() => undefined);
      await repairModel(folderStore(path));
      const left = await folderStore(path).list();
      expect(left).toEqual(model ? ['manifest.json', 'model.onnx'] : []);
      if (model) expect([Buffer.compare(model, next!.model), whole++]).toEqual([0, expect.any(Number)]);
    }
    expect(whole).toBeGreaterThan(0);
  });
});

it('a pipeline is loaded from a folder that was left so', async () => {
  const path = join(folder, 'left');
  await cp(next!.folder, path, { recursive: true });
  await cp(join(path, 'model.onnx'), join(path, 'model.onnx.next'));
  await cp(join(old!.folder, 'model.onnx'), join(path, 'model.onnx'));
  const pipeline = await loadPipeline(path, { from });
  await pipeline.dispose();
});

it('another training repairs it before it is refused', async () => {
  const path = join(folder, 'again');
  await cp(next!.folder, path, { recursive: true });
  await cp(join(path, 'model.onnx'), join(path, 'model.onnx.next'));
  await rm(join(path, 'model.onnx'));
  await writeFile(join(path, 'notes.next'), 'mine');
  await expect(train(squares.manifest, { out: path, from })).rejects.toMatchObject({ code: 'SENSORIUM_EXISTS' });
  expect((await readdir(path)).sort()).toEqual(['manifest.json', 'model.onnx', 'notes.next']);
});

it('a file that fits no manifest is refused as before', async () => {
  const path = join(folder, 'wrong');
  await cp(next!.folder, path, { recursive: true });
  for (const name of ['model.onnx', 'model.onnx.next']) await cp(join(old!.folder, 'model.onnx'), join(path, name));
  await expect(readable(path)).rejects.toMatchObject({
    code: 'SENSORIUM_CHECKSUM',
    location: { file: join(path, 'model.onnx') },
  });
});
