import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { SensoriumError } from '@sensorium/contracts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readManifest, type ReadOptions } from './read.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sensorium-extends-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function write(name: string, text: string): Promise<void> {
  await mkdir(dirname(join(folder, name)), { recursive: true });
  await writeFile(join(folder, name), text);
}

const read = (source: string | object, options?: ReadOptions) => readManifest(source, { cwd: folder, ...options });

async function failure(source: string | object, options?: ReadOptions): Promise<SensoriumError> {
  const error: unknown = await read(source, options).catch((reason: unknown) => reason);
  if (!SensoriumError.is(error)) throw new Error('no SensoriumError', { cause: error });
  return error;
}

const base = `sensorium: 1
name: base
inputs:
  image: { encoder: image, size: 64, column: picture }
  question: text
fusion: { use: attention, layers: 2, heads: 4 }
heads: { answer: classification }
training: { epochs: 3, batchSize: 8 }
backend: [cuda, cpu]
data: { train: train.csv, test: /data/test.csv }
`;

describe('extends', () => {
  beforeEach(() => write('base.yaml', base));

  it('merges maps and replaces all else', async () => {
    await write('top.yaml', 'extends: base.yaml\nname: top\ntraining: { epochs: 5 }\nbackend: [wasm]\n');
    const { manifest, file } = await read('top.yaml');
    expect(file).toBe(join(folder, 'top.yaml'));
    expect(manifest).toMatchObject({ name: 'top', training: { epochs: 5, batchSize: 8 }, backend: ['wasm'] });
    expect(manifest.inputs.image).toEqual({ encoder: 'image', missing: 'error', size: 64, column: 'picture' });
    expect(manifest).not.toHaveProperty('extends');
  });

  it.each([
    ['an option is overridden', '{ size: 32 }', { encoder: 'image', missing: 'error', size: 32, column: 'picture' }],
    ['a short form replaces', 'image', { encoder: 'image', missing: 'error' }],
    [
      'another plugin drops the options',
      '{ encoder: dino, depth: 9 }',
      { encoder: 'dino', missing: 'error', depth: 9, column: 'picture' },
    ],
    [
      'the same plugin under its full name keeps them',
      "{ encoder: '@sensorium/encoder-image' }",
      { encoder: '@sensorium/encoder-image', missing: 'error', size: 64, column: 'picture' },
    ],
  ])('%s', async (_, image, expected) => {
    const { manifest } = await read(`extends: base.yaml\ninputs: { image: ${image} }\n`);
    expect(manifest.inputs.image).toEqual(expected);
    expect(manifest.inputs.question?.encoder).toBe('text');
  });

  it('adds options to a short form', async () => {
    const { manifest } = await read({ extends: 'base.yaml', inputs: { question: { length: 12 } } });
    expect(manifest.inputs.question).toEqual({ encoder: 'text', missing: 'error', length: 12 });
  });

  it('puts named fusions in the place of the only one, and the other way round', async () => {
    const fusions = { scene: 'concat' };
    const { manifest } = await read({ extends: 'base.yaml', fusions });
    expect(manifest.fusion).toBeUndefined();
    expect(manifest.fusions).toEqual({ scene: { use: 'concat' } });
    const again = await read({ extends: 'base.yaml', fusions }, { set: ['fusion=gated'] });
    expect(again.manifest).toMatchObject({ fusion: { use: 'gated' } });
    expect(again.manifest.fusions).toBeUndefined();
  });

  it('drops the options of another fusion', async () => {
    expect((await read({ extends: 'base.yaml', fusion: { use: 'concat' } })).manifest.fusion).toEqual({
      use: 'concat',
    });
  });

  it('follows a chain through folders, and keeps tables where they are', async () => {
    await write('far/away/root.yaml', base);
    await write('far/middle.yaml', 'extends: away/root.yaml\ntraining: { epochs: 4, seed: 7 }\n');
    await write('near/top.yaml', 'extends: ../far/middle.yaml\ntraining: { seed: 8 }\ndata: { validation: v.csv }\n');
    const { manifest, locate } = await read('near/top.yaml');
    expect(manifest.training).toMatchObject({ epochs: 4, batchSize: 8, seed: 8 });
    expect(manifest.data).toMatchObject({
      train: '../far/away/train.csv',
      test: '/data/test.csv',
      validation: 'v.csv',
    });
    expect(locate(['training', 'seed'])).toEqual({ file: 'near/top.yaml', line: 2, column: 19 });
    expect(locate(['training', 'epochs'])).toEqual({ file: 'far/middle.yaml', line: 2, column: 21 });
    expect(locate(['inputs', 'image', 'size'])).toEqual({ file: 'far/away/root.yaml', line: 4, column: 34 });
  });

  it('gives the place in the manifest that is wrong', async () => {
    await write('base.yaml', base.replace('epochs: 3', 'epochs: three'));
    await write('top.yaml', 'extends: base.yaml\nname: top\n');
    expect((await failure('top.yaml')).location).toEqual({ file: 'base.yaml', line: 8, column: 21 });
  });

  it('refuses a cycle', async () => {
    await write('a.yaml', 'extends: b.yaml\n');
    await write('b.yaml', 'name: b\nextends: ./a.yaml\n');
    expect(await failure('a.yaml')).toMatchObject({
      code: 'SENSORIUM_MANIFEST_INVALID',
      message: `A manifest extends itself:\n${['a', 'b', 'a'].map((name) => join(folder, `${name}.yaml`)).join('\n→ ')}`,
      location: { file: 'b.yaml', line: 2, column: 10 },
    });
  });

  it('refuses a manifest that is not there, or no manifest', async () => {
    await write('top.yaml', 'name: top\nextends: none.yaml\n');
    expect(await failure('top.yaml')).toMatchObject({
      code: 'SENSORIUM_NOT_FOUND',
      location: { file: 'top.yaml', line: 2, column: 10 },
    });
    await write('none.yaml', '- a list\n');
    expect(await failure('top.yaml')).toMatchObject({
      code: 'SENSORIUM_MANIFEST_INVALID',
      location: { file: 'none.yaml', line: 1, column: 1 },
    });
    expect(await failure(`extends: 5\n${base}`)).toMatchObject({
      code: 'SENSORIUM_MANIFEST_INVALID',
      message: 'extends is 5; expected text.',
      location: { line: 1, column: 10 },
    });
  });
});

describe('set', () => {
  it('overrides values, read as YAML, the last one last', async () => {
    const { manifest } = await read(base, {
      set: [
        'training.epochs=7',
        'training.epochs=9',
        'training.clip=null',
        'backend=[wasm, cpu]',
        'name=a=b',
        'data.test="12"',
      ],
    });
    expect(manifest).toMatchObject({
      training: { epochs: 9, batchSize: 8, clip: null },
      backend: ['wasm', 'cpu'],
      name: 'a=b',
      data: { test: '12' },
    });
  });

  it('makes what is not there, opens short forms, and changes plugins', async () => {
    const set = ['inputs.question.length=12', 'inputs.sound=audio', 'fusion.use=concat', 'fusion.dim=3'];
    const { manifest, locate } = await read(base, { set });
    expect(manifest.inputs.question).toEqual({ encoder: 'text', missing: 'error', length: 12 });
    expect(manifest.inputs.sound).toEqual({ encoder: 'audio', missing: 'error' });
    expect(manifest.fusion).toEqual({ use: 'concat', dim: 3 });
    expect(locate(['fusion', 'dim'])).toEqual({ file: '--set fusion.dim=3' });
    expect(locate(['inputs', 'question', 'encoder'])).toEqual({ line: 5, column: 13 });
  });

  it('comes after extends', async () => {
    await write('base.yaml', base);
    const { manifest } = await read({ extends: 'base.yaml', fusion: { layers: 9 } }, { set: ['fusion.use=concat'] });
    expect(manifest.fusion).toEqual({ use: 'concat' });
  });

  it.each([
    [
      'training.epochs=ten',
      'SENSORIUM_MANIFEST_INVALID',
      'training.epochs is "ten"; expected a whole number greater than 0.',
    ],
    ['training.epoch=3', 'SENSORIUM_UNKNOWN_KEY', 'training has no key "epoch". Did you mean "epochs"?'],
    ['backend=[cpu', 'SENSORIUM_MANIFEST_SYNTAX', /end with a \]/],
    ['training.epochs', 'SENSORIUM_USAGE', '--set takes key=value; "training.epochs" is not that.'],
    ['=3', 'SENSORIUM_USAGE', '--set takes key=value; "=3" is not that.'],
    ['training..epochs=3', 'SENSORIUM_USAGE', '--set takes key=value; "training..epochs=3" is not that.'],
    ['extends=other.yaml', 'SENSORIUM_USAGE', '--set cannot change what a manifest extends.'],
  ])('refuses %s', async (set, code, message) => {
    const error = await failure(base, { set: [set] });
    expect(error.code).toBe(code);
    expect(error.location).toEqual({ file: `--set ${set}` });
    if (typeof message === 'string') expect(error.message).toBe(message);
    else expect(error.message).toMatch(message);
  });
});
