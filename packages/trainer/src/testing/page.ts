// A page of tests: what its browser does with this package. Bytes leave it as base64.
import * as backends from '@sensorium/backend-web';
import { required, SensoriumError, type Manifest, type Plugin } from '@sensorium/contracts';
import { opfsStore, readStored, writeStored, type Store } from '@sensorium/data';
import { loadPipeline } from '@sensorium/orchestrator';
import { train, type Trained, type TrainOptions } from '../browser.js';
import type { Losses } from '../metrics.js';
import { colourRows, manifest, plugins } from './colours.js';

const ROWS = 24;
const wasm: Partial<TrainOptions> = { plugins: [...plugins, ...pluginsOf(backends)], backend: 'wasm' };

/** Backends are plugins, beside other exports. */
function pluginsOf(exports: object): Plugin[] {
  return Object.values(exports).filter((value): value is Plugin => (value as Plugin).kind === 'backend');
}

const base64 = (bytes: Uint8Array): string => btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));

const trainColours = (options: Partial<TrainOptions> = {}): Promise<Trained> =>
  train(manifest, { rows: colourRows(ROWS), ...wasm, ...options });

export async function trainOnRows() {
  const trained = await trainColours();
  const pipeline = await loadPipeline(trained, { ...wasm, plugins: [...(wasm.plugins ?? [])] });
  const answers: string[] = [];
  for (const { image, question } of colourRows(3) as { image: object; question: string }[]) {
    answers.push((await pipeline.run({ image, question }))['answer']?.text ?? '');
  }
  await pipeline.dispose();
  const { model, metrics, files } = trained;
  return {
    model: base64(model),
    losses: metrics.history.map(({ loss }) => loss),
    files: Object.keys(files).sort(),
    answers,
    report: new TextDecoder().decode(files['report.html']),
  };
}

/** An epoch on the graphics card, or what stands in for one: its losses, each input's own among them. */
export async function trainOnCard(): Promise<Losses['losses']> {
  const once: Manifest = { ...manifest, training: { ...manifest.training, epochs: 1 } };
  const { metrics } = await train(once, { rows: colourRows(ROWS), ...wasm, backend: 'webgpu' });
  return required(metrics.history[0], 'an epoch').losses;
}

/** The pictures of the rows as files beside a table, and in the rows. */
export async function trainOnFilesAndRows(): Promise<string[]> {
  const rows = colourRows(ROWS) as { image: { data: Uint8Array; width: number }; question: string; answer: string }[];
  const files = new Map<string, Blob>();
  const blobs = await Promise.all(rows.map(({ image }) => pngOf(image.data, image.width)));
  const lines = rows.map(({ question, answer }, index) => `pictures/${index}.png,${question},${answer}`);
  blobs.forEach((blob, index) => files.set(`data/pictures/${index}.png`, blob));
  files.set('data/train.csv', new Blob([['image,question,answer', ...lines].join('\n')]));
  const chosen = await train({ ...manifest, data: { train: 'data/train.csv' } }, { files, ...wasm });
  const given = await train(manifest, {
    rows: rows.map((row, index) => ({ ...row, image: blobs[index] })),
    ...wasm,
  });
  return [chosen, given].map(({ model }) => base64(model));
}

async function pngOf(data: Uint8Array, width: number): Promise<Blob> {
  const canvas = new OffscreenCanvas(width, width);
  const pixels = Uint8ClampedArray.from({ length: 4 * width * width }, (_, at) =>
    at % 4 === 3 ? 255 : (data[3 * Math.floor(at / 4) + (at % 4)] ?? 0),
  );
  canvas.getContext('2d')?.putImageData(new ImageData(pixels, width, width), 0, 0);
  return canvas.convertToBlob({ type: 'image/png' });
}

class Stopped extends Error {}

/** Names of the files of a store that the page has. */
async function filesIn(store: Store): Promise<string[]> {
  let folder = await navigator.storage.getDirectory();
  for (const name of store.path().split('/')) folder = await folder.getDirectoryHandle(name);
  const names: string[] = [];
  for await (const name of (folder as FileSystemDirectoryHandle & { keys(): AsyncIterable<string> }).keys())
    names.push(name);
  return names.sort();
}

export async function stopAfterAnEpoch(out: string): Promise<string[]> {
  const controller = new AbortController();
  const training = trainColours({
    out,
    signal: controller.signal,
    onProgress: ({ phase }) => phase === 'epoch' && controller.abort(new Stopped()),
  });
  const reason: unknown = await training.catch((error: unknown) => error);
  if (!(reason instanceof Stopped)) throw new Error('the training was not stopped', { cause: reason });
  return filesIn(opfsStore(out));
}

export async function trainTwiceInto(out: string): Promise<string> {
  const lock = await opfsStore(out).lock();
  const second: unknown = await trainColours({ out }).catch((error: unknown) => error);
  lock.release();
  return SensoriumError.is(second) ? second.code : String(second);
}

export async function resume(out: string) {
  let firstEpoch = 0;
  const trained = await trainColours({
    out,
    resume: true,
    onProgress: ({ phase, epoch = 0 }) => void (phase === 'train' && (firstEpoch ||= epoch)),
  });
  return { model: base64(trained.model), stored: await filesIn(opfsStore(out)), firstEpoch };
}

/** All that a store can do, as it came out. */
export async function useStore(path: string) {
  const store = opfsStore(path);
  const text = async (from: Store, file: string): Promise<string | null> => {
    const bytes = await readStored(from, file);
    return bytes ? new TextDecoder().decode(bytes) : null;
  };
  const missing = await text(store, 'a');
  await writeStored(store, { a: 'first, and longer' });
  await writeStored(store, { a: '€' });
  const replaced = await text(store, 'a');
  const file = await store.create('b');
  await Promise.all([file.write(Uint8Array.of(3, 4), 2), file.write(Uint8Array.of(1, 2), 0)]);
  const unfinished = await text(store, 'b');
  await file.commit();
  await file.dispose();
  const middle = new Uint8Array(2);
  await (await store.open('b'))?.read(middle, 1);
  await writeStored(store, { c: 'x' });
  const renamed = [await store.rename('c', 'b'), await store.rename('c', 'b')];
  const moved = await text(store, 'b');
  await store.remove('b');
  const removed = await text(store, 'b');
  await writeStored(store.at('inner'), { a: 'y' });
  const inner = await text(store.at('inner'), 'a');
  return {
    missing,
    replaced,
    unfinished,
    middle: [...middle],
    renamed,
    moved,
    removed,
    inner,
    path: store.at('inner').path('a'),
  };
}
