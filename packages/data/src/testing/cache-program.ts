// Shares a cache with other processes for a while: `node cache-program.mjs FOLDER NAME ROUNDS`. Prints how many stores it read.
import type { Tensors, TensorSpecs } from '@sensorium/contracts';
import { createRandom, folderStore, openPrepared } from '../index.js';

const [folder = '', name = '', rounds = ''] = process.argv.slice(2);
const specs: TensorSpecs = { x: { dtype: 'int32', shape: [64] } };
const COUNT = 50;

/** What every process means by a key. */
const record = (key: number, index: number): Tensors => ({
  x: { dtype: 'int32', shape: [1, 64], data: Int32Array.from({ length: 64 }, (_, at) => key * 1e6 + index * 100 + at) },
});

/** Fills the store of a key unless it is there, reads all of it, and now and then removes it, as trainings do. */
async function use(key: number, removes: boolean): Promise<void> {
  const store = await openPrepared({ store: folderStore(folder).at('prepared'), key: `key ${key}`, specs });
  try {
    if (!store.finished) {
      for (let index = 0; index < COUNT; index++) await store.put(index, record(key, index));
      await store.finish();
    }
    const { x } = await store.read(Uint32Array.from({ length: COUNT }, (_, index) => index));
    for (let index = 0; index < COUNT; index++) {
      const found = x?.data.subarray(64 * index, 64 * (index + 1));
      if (String(found) !== String(record(key, index)['x']?.data)) throw new Error(`record ${index} of key ${key}`);
    }
  } finally {
    await (removes ? store.remove() : store.dispose());
  }
}

async function run(): Promise<void> {
  const random = createRandom(1, name);
  for (let round = 0; round < Number(rounds); round++) await use(random.integer(3), random.uniform() < 0.5);
  process.stdout.write(rounds);
}

// Not awaited: parts of the bundle wait for this file to be evaluated.
void run();
