import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sha256 } from '@sensorium/data';
import { externalTensor, node, onnxFile } from '@sensorium/graph/testing';
import {
  createPluginResolver,
  platform,
  readManifest,
  readPluginFiles,
  resolveManifest,
} from '@sensorium/orchestrator';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { check, train } from './index.js';
import { from, makeSquares, type Squares } from './testing/squares.js';

const model = onnxFile({
  nodes: [node('ReduceMean', ['x'], ['mean'], { axes: [2, 3], keepdims: 0 }), node('MatMul', ['mean', 'w'], ['y'])],
  inputs: { x: { dtype: 'float32', shape: ['n', 3, 16, 16] } },
  initializers: { w: externalTensor([3, 4], 'model.onnx.data', 0) },
  outputs: { y: { dtype: 'float32', shape: ['n', 4] } },
});
const weights = new Uint8Array(Float32Array.from({ length: 12 }, (_, index) => Math.cos(index)).buffer);

const manifest = `sensorium: 1
inputs:
  image: { encoder: onnx, file: nets/model.onnx, trainable: probe }
fusion: { use: attention, dim: 8, heads: 2, layers: 1 }
heads: { answer: classification }
training: { epochs: 1, batchSize: 8 }
data: { train: train.csv }
`;

let squares: Squares;
let server: Server;
beforeAll(async () => {
  squares = await makeSquares({ train: 24, test: 0 });
  process.env['SENSORIUM_CACHE'] = squares.path('cache');
  await mkdir(squares.path('nets'));
  await writeFile(squares.path('nets/model.onnx'), model);
  await writeFile(squares.path('nets/model.onnx.data'), weights);
  await writeFile(squares.path('m.yaml'), manifest);
  server = createServer((request, response) => {
    readFile(squares.path(`.${request.url}`)).then(
      (bytes) => response.end(bytes),
      () => response.writeHead(404).end(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(async () => {
  server.close();
  await rm(squares.folder, { recursive: true });
});

it('weights beside a model are found, and belong to what the model folder says of it', async () => {
  const { manifest: written } = await train(squares.path('m.yaml'), { out: squares.path('model'), from });
  expect(written.inputs['image']!.options).toMatchObject({
    sha256: await sha256(model),
    externalData: { 'model.onnx.data': await sha256(weights) },
  });
});

it('the same files are read by fetch, as on a page', async () => {
  const read = await readManifest(squares.path('m.yaml'));
  const resolution = await resolveManifest(read, createPluginResolver({ from }));
  const folder = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const files = await readPluginFiles(resolution, folder, platform);
  expect(Object.fromEntries(files)).toEqual({
    'nets/model.onnx': expect.objectContaining({ length: model.length }) as Uint8Array,
    'nets/model.onnx.data': expect.objectContaining({ length: weights.length }) as Uint8Array,
  });
});

it('a file of weights that is missing is named, at the line of the manifest', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'sensorium-without-'));
  await mkdir(join(folder, 'nets'));
  await writeFile(join(folder, 'nets/model.onnx'), model);
  const text = manifest.replace('train.csv', squares.path('train.csv'));
  await writeFile(join(folder, 'm.yaml'), text);
  await expect(check(join(folder, 'm.yaml'), { from })).rejects.toMatchObject({
    code: 'SENSORIUM_NOT_FOUND',
    message: expect.stringContaining(join(folder, 'nets/model.onnx.data')) as string,
    hint: expect.stringContaining('"nets/model.onnx" needs this file') as string,
    location: { file: join(folder, 'm.yaml'), line: 3, column: 10, key: 'inputs.image' },
  });
  await rm(folder, { recursive: true });
});
