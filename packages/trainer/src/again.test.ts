import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { node, onnxFile } from '@sensorium/graph/testing';
import { modelWeights, type ModelManifest } from '@sensorium/orchestrator';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { check, train, type Trained } from './index.js';
import { from, makeSquares, type Squares } from './testing/squares.js';

const model = onnxFile({
  nodes: [node('ReduceMean', ['x'], ['y'], { axes: [2, 3], keepdims: 0 })],
  inputs: { x: { dtype: 'float32', shape: ['n', 3, 16, 16] } },
  outputs: { y: { dtype: 'float32', shape: ['n', 3] } },
});

const manifest = `sensorium: 1
inputs:
  image: { encoder: onnx, file: nets/model.onnx, dim: 4 }
  question: { encoder: text, dim: 8, heads: 2, layers: 1, missing: skip }
fusion: { use: attention, dim: 8, heads: 2, layers: 1 }
heads: { answer: classification }
training: { epochs: 2, batchSize: 8, seed: 5 }
data: { train: train.csv, test: test.csv }
`;

let squares: Squares;
let first: Trained;
beforeAll(async () => {
  squares = await makeSquares({ train: 24, test: 12 });
  process.env['SENSORIUM_CACHE'] = squares.path('cache');
  await mkdir(squares.path('nets'));
  await writeFile(squares.path('nets/model.onnx'), model);
  await writeFile(squares.path('m.yaml'), manifest);
  first = await train(squares.path('m.yaml'), { out: squares.path('models/first'), from });
});
afterAll(() => rm(squares.folder, { recursive: true }));

const weightsIn = async (folder: string) => modelWeights(await readFile(squares.path(join(folder, 'model.onnx'))));
const manifestIn = async (folder: string): Promise<ModelManifest> =>
  JSON.parse(await readFile(squares.path(join(folder, 'manifest.json')), 'utf8')) as ModelManifest;

it('the manifest of a model folder names its files from there', async () => {
  expect(await manifestIn('models/first')).toEqual(first.manifest);
  expect(first.manifest).toMatchObject({
    inputs: { image: { options: { file: '../../nets/model.onnx' } } },
    data: { train: '../../train.csv', test: '../../test.csv' },
  });
});

it('trains the same model again, whatever was learned from the table', async () => {
  const source = squares.path('models/first/manifest.json');
  const { manifest: again } = await train(source, { out: squares.path('elsewhere/deep/second'), from });
  expect(await weightsIn('elsewhere/deep/second')).toEqual(await weightsIn('models/first'));
  const moved = JSON.parse(JSON.stringify(first.manifest).replaceAll('../../', '../../../')) as ModelManifest;
  expect(again).toEqual({ ...moved, built: { ...moved.built, files: again.built.files } });
});

it('is what another manifest can extend', async () => {
  await writeFile(
    squares.path('models/longer.json'),
    '{ "extends": "first/manifest.json", "training": { "epochs": 3 } }',
  );
  // Tables stay relative to the base, files of encoders are relative to the manifest that is read.
  const text = JSON.stringify(first.manifest).replaceAll('../../nets', '../nets');
  await writeFile(squares.path('models/first/manifest.json'), text);
  const { manifest: read } = await check(squares.path('models/longer.json'), { from });
  expect(read.training).toEqual({ ...first.manifest.training, epochs: 3 });
  expect(read.heads).toEqual(first.manifest.heads);
  expect('built' in read).toBe(false);
});

it('says where the table is named that is not there any more', async () => {
  await mkdir(squares.path('moved'));
  const file = squares.path('moved/manifest.json');
  await writeFile(file, JSON.stringify({ ...first.manifest, data: { train: 'gone.csv' } }, null, 2));
  await expect(check(file, { from })).rejects.toMatchObject({
    code: 'SENSORIUM_NOT_FOUND',
    message: expect.stringContaining(squares.path('moved/gone.csv')) as string,
    location: { file, key: 'data.train', line: expect.any(Number) as number },
  });
});
