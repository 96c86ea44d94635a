import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { DataType, Tensor } from '@sensorium/contracts';
import type { OpenModel } from '@sensorium/orchestrator';

/** Samples to compare two models by. */
export interface PreparedSamples {
  /** Each by the names of the model's inputs, [1,…]. */
  readonly samples: readonly Readonly<Record<string, Tensor>>[];
  /** The table that they are of; undefined where they are made up. */
  readonly table: string | undefined;
}

/** Enough to see what differs, in a few seconds. */
const MOST = 200;
/** Numbers that mean nothing say less. */
const MADE_UP = 20;

/**
 * Of the first rows of a table, without those that cannot be read; made up where there is no table. Throws what the first row
 * throws where none can be read.
 */
export async function prepareSamples(model: OpenModel, table: string | undefined): Promise<PreparedSamples> {
  if (table === undefined) return { samples: await madeUp(model), table };
  const { requireColumns, streamTable } = await import('@sensorium/data');
  const { platform, sampleNoise, sampleTensors } = await import('@sensorium/orchestrator');
  const { namesOf, sourceAt } = await import('@sensorium/trainer');
  const { parts, manifest, session } = model;
  const stream = await streamTable(table);
  const inputs = Object.entries(manifest.inputs).filter(([, settings]) =>
    settings.missing === 'error' ? true : namesOf(settings).every((name) => stream.columns.includes(name)),
  );
  requireColumns(
    stream,
    inputs.flatMap(([, settings]) => namesOf(settings)),
  );
  const samples: Record<string, Tensor>[] = [];
  let failure: unknown;
  const io = platform.io(stream.base);
  for await (const row of stream.rows()) {
    const sample = Object.fromEntries(
      inputs.map(([name, settings]) => [name, sourceAt({ table: stream, row, ...settings })]),
    );
    const tensors = await sampleTensors(parts, sample, { io }).catch((error: unknown) => void (failure ??= error));
    if (!tensors) continue;
    const fed = Object.entries({ ...tensors, ...sampleNoise(manifest.built.noise, 0) });
    samples.push(Object.fromEntries(fed.filter(([name]) => session.inputNames.includes(name))));
    if (samples.length === MOST) break;
  }
  if (samples.length === 0) throw failure;
  return { samples, table };
}

/** Bytes and normal numbers; of whole numbers 0 and 1, which every vocabulary has. */
async function madeUp({ parts, manifest, session }: OpenModel): Promise<Record<string, Tensor>[]> {
  const { createRandom } = await import('@sensorium/data');
  const { modelInputs, sampleNoise } = await import('@sensorium/orchestrator');
  const { makeTensor } = await import('@sensorium/tensors');
  const random = createRandom(0, 'export');
  const draw = (dtype: DataType): number =>
    dtype.startsWith('float') ? random.normal() : random.integer(dtype === 'uint8' ? 256 : 2);
  return Array.from({ length: MADE_UP }, (_, index) => {
    const own = Object.entries(modelInputs(parts)).map(([name, { dtype, shape }]) => {
      const length = shape.reduce((a, b) => a * b, 1);
      const isFlag = name.endsWith('.present') || name.endsWith('.given');
      const numbers = Array.from({ length }, () => (isFlag ? 1 : draw(dtype)));
      return [name, makeTensor(dtype, [1, ...shape], numbers)] as const;
    });
    const fed = { ...Object.fromEntries(own), ...sampleNoise(manifest.built.noise, index) };
    return Object.fromEntries(Object.entries(fed).filter(([name]) => session.inputNames.includes(name)));
  });
}

/**
 * The test table that a model's manifest names, or else the one of validation, where it still is as training saw it: below the
 * working directory, or beside the model's folder.
 */
export async function tableOfModel({ manifest }: OpenModel, folder: string | URL): Promise<string | undefined> {
  const places = ['.', ...(typeof folder === 'string' ? [dirname(folder), folder] : [])];
  for (const key of ['test', 'validation'] as const) {
    const [path, hash] = [manifest.data[key], manifest.built.data[key]];
    if (typeof path !== 'string' || hash === undefined) continue;
    for (const place of places) if ((await hashOf(join(place, path))) === hash) return join(place, path);
  }
  return undefined;
}

/** Undefined for a file that cannot be read: it is not the one. */
async function hashOf(path: string): Promise<string | undefined> {
  const bytes = await readFile(path).catch(() => undefined);
  return bytes && createHash('sha256').update(bytes).digest('hex');
}
