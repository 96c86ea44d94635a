import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { manifestSchema, SensoriumError } from '@sensorium/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { forms } from './merge.js';
import { readManifest, type ReadOptions } from './read.js';
import { knownKeys, schemaAt, toJsonSchema } from './schema-words.js';

const minimal = `sensorium: 1
inputs: { image: image }
fusion: concat
heads: { answer: classification }
`;

async function failure(source: string | URL | object, options?: ReadOptions): Promise<SensoriumError> {
  const error: unknown = await readManifest(source, options).then(
    () => new Error('no error'),
    (reason: unknown) => reason,
  );
  if (!SensoriumError.is(error)) throw error;
  return error;
}

/** Lines of a valid manifest, one of them replaced. */
function lines(changes: Readonly<Record<number, string>>): string {
  return minimal
    .trimEnd()
    .split('\n')
    .map((line, index) => changes[index + 1] ?? line)
    .concat(changes[5] ?? [])
    .join('\n');
}

describe('what is read', () => {
  it('expands short forms and fills the defaults', async () => {
    const { manifest, file } = await readManifest(minimal);
    expect(file).toBeUndefined();
    expect(manifest.inputs).toEqual({ image: { encoder: 'image', missing: 'error' } });
    expect(manifest.fusion).toEqual({ use: 'concat' });
    expect(manifest.heads).toEqual({ answer: { use: 'classification', weight: 1 } });
    expect(manifest.training.epochs).toBe(8);
    expect(manifest.training.learningRate).toBe(1e-3);
    expect(manifest.data).toEqual({ onError: 'error' });
  });

  it('keeps the options of plugins as they are', async () => {
    const { manifest } = await readManifest({
      sensorium: 1,
      inputs: { image: { encoder: 'image', size: 64, nested: { deep: [1, { two: null }] } } },
      fusion: { use: 'attention', heads: 4 },
      heads: { answer: 'classification' },
    });
    expect(manifest.inputs.image).toEqual({
      encoder: 'image',
      missing: 'error',
      size: 64,
      nested: { deep: [1, { two: null }] },
    });
    expect(manifest.fusion).toEqual({ use: 'attention', heads: 4 });
  });

  it('reads text without a line break that begins with sensorium', async () => {
    expect((await failure('sensorium: 2')).location).toEqual({ line: 1, column: 1 });
  });

  it('reads the same from an anchor', async () => {
    const { manifest } = await readManifest(
      lines({ 2: 'inputs: { left: &eye { encoder: image, size: 8 }, right: *eye }' }),
    );
    expect(manifest.inputs.right).toEqual(manifest.inputs.left);
    expect(manifest.inputs.right?.size).toBe(8);
  });

  it('knows which keys of a part belong to the manifest', () => {
    const schema = toJsonSchema(manifestSchema);
    expect(knownKeys(schemaAt(schema, ['inputs', 'x']))).toEqual(forms.inputs.keys);
    expect(knownKeys(schemaAt(schema, ['fusion']))).toEqual(forms.fusion.keys);
    expect(knownKeys(schemaAt(schema, ['fusions', 'x']))).toEqual(forms.fusions.keys);
    expect(knownKeys(schemaAt(schema, ['heads', 'x']))).toEqual(forms.heads.keys);
  });
});

describe('locate', () => {
  const text = `# a comment
sensorium: 1
inputs:
  image: image
  question:
    encoder: text
fusion: concat
heads: { answer: classification }
backend: [cpu, wasm]
`;

  it.each([
    ['a value', ['inputs', 'question', 'encoder'], 'value', 6, 14],
    ['a key', ['inputs', 'question', 'encoder'], 'key', 6, 5],
    ['what a short form says', ['inputs', 'image', 'encoder'], 'value', 4, 10],
    ['an item', ['backend', 1], 'value', 9, 16],
    ['the part that lacks a key', ['inputs', 'question', 'column'], 'value', 5, 3],
    ['the short form that lacks a key', ['inputs', 'image', 'column'], 'value', 4, 3],
    ['the manifest that lacks a section', ['training', 'epochs'], 'value', 2, 1],
  ] as const)('finds %s', async (_, path, what, line, column) => {
    const { locate } = await readManifest(text);
    expect(locate(path, what)).toEqual({ line, column });
  });

  it('names keys of an object', async () => {
    const { locate } = await readManifest({
      sensorium: 1,
      inputs: { image: { encoder: 'image' } },
      fusion: 'concat',
      heads: { answer: 'classification' },
    });
    expect(locate(['inputs', 'image', 'encoder'])).toEqual({ key: 'inputs.image.encoder' });
    expect(locate(['inputs', 'image', 'column'])).toEqual({ key: 'inputs.image' });
  });
});

describe('what the schema refuses', () => {
  it.each([
    [
      'a mistyped section',
      lines({ 3: 'fuson: concat' }),
      'SENSORIUM_UNKNOWN_KEY',
      [3, 1],
      'the manifest has no key "fuson". Did you mean "fusion"?',
    ],
    [
      'a mistyped key',
      lines({ 5: 'training:\n  lr: 1\n  epoch: 3' }),
      'SENSORIUM_UNKNOWN_KEY',
      [6, 3],
      'training has no key "lr".\n7:3  training has no key "epoch". Did you mean "epochs"?',
    ],
    [
      'a word for a number',
      lines({ 5: 'training: { epochs: ten }' }),
      'SENSORIUM_MANIFEST_INVALID',
      [5, 21],
      'training.epochs is "ten"; expected a whole number greater than 0.',
    ],
    [
      'a fraction',
      lines({ 5: 'training: { epochs: 1.5 }' }),
      'SENSORIUM_MANIFEST_INVALID',
      [5, 21],
      'training.epochs is 1.5; expected a whole number greater than 0.',
    ],
    [
      'too large a share',
      lines({ 5: 'training: { validation: 2 }' }),
      'SENSORIUM_MANIFEST_INVALID',
      [5, 25],
      'training.validation is 2; expected a number from 0 to 0.9.',
    ],
    [
      'not a number',
      lines({ 5: 'training: { weightDecay: .nan }' }),
      'SENSORIUM_MANIFEST_INVALID',
      [5, 26],
      'training.weightDecay is NaN; expected a number of at least 0.',
    ],
    [
      'an unknown choice',
      lines({ 5: 'training: { optimizer: adam }' }),
      'SENSORIUM_MANIFEST_INVALID',
      [5, 24],
      'training.optimizer is "adam"; expected "adamw", "sgd" or "lion" or a map. Did you mean "adamw"?',
    ],
    [
      'zero for null',
      lines({ 5: 'training: { clip: 0 }' }),
      'SENSORIUM_MANIFEST_INVALID',
      [5, 19],
      'training.clip is 0; expected a number greater than 0 or null.',
    ],
    [
      'an empty list',
      lines({ 5: 'backend: []' }),
      'SENSORIUM_MANIFEST_INVALID',
      [5, 10],
      'backend is an empty list; expected text or a non-empty list (each item: text).',
    ],
    [
      'a wrong item',
      lines({ 5: 'backend: [cpu, 7]' }),
      'SENSORIUM_MANIFEST_INVALID',
      [5, 16],
      'backend[1] is 7; expected text.',
    ],
    [
      'a number for a part',
      lines({ 3: 'fusion: 5' }),
      'SENSORIUM_MANIFEST_INVALID',
      [3, 9],
      'fusion is 5; expected text or a map.',
    ],
    [
      'a part without plugin',
      lines({ 2: 'inputs: { image: { size: 64 } }' }),
      'SENSORIUM_MANIFEST_INVALID',
      [2, 11],
      'inputs.image.encoder is missing; expected text.',
    ],
    [
      'a wrong way of missing',
      lines({ 2: 'inputs: { image: { encoder: image, missing: learnt } }' }),
      'SENSORIUM_MANIFEST_INVALID',
      [2, 45],
      'inputs.image.missing is "learnt"; expected "error", "skip", "learned" or "impute". Did you mean "learned"?',
    ],
    [
      'a section left blank',
      lines({ 2: 'inputs:' }),
      'SENSORIUM_MANIFEST_INVALID',
      [2, 8],
      'inputs is empty; expected a map (each value: text or a map).',
    ],
    [
      'no inputs',
      lines({ 2: 'inputs: {}' }),
      'SENSORIUM_MANIFEST_INVALID',
      [2, 9],
      'inputs has nothing in it; expected at least one input.',
    ],
    [
      'no heads',
      lines({ 4: 'heads: {}' }),
      'SENSORIUM_MANIFEST_INVALID',
      [4, 8],
      'heads has nothing in it; expected at least one head.',
    ],
    [
      'a version to come',
      lines({ 1: 'sensorium: 2' }),
      'SENSORIUM_MANIFEST_INVALID',
      [1, 12],
      'sensorium is 2; expected 1.',
    ],
    [
      'a missing section',
      lines({ 4: '' }),
      'SENSORIUM_MANIFEST_INVALID',
      [1, 1],
      'heads is missing; expected a map (each value: text or a map).',
    ],
    [
      'a bad name',
      lines({ 2: 'inputs: { 1st: image }' }),
      'SENSORIUM_MANIFEST_INVALID',
      [2, 11],
      'inputs.1st has no valid name: a name starts with a small letter and has letters, digits, - and _.',
    ],
    [
      'a name that is a trap',
      lines({ 2: 'inputs: { image: image, __proto__: text }' }),
      'SENSORIUM_UNKNOWN_KEY',
      [2, 25],
      'No key may be called "__proto__".',
    ],
    [
      'a list',
      'sensorium: 1'.replace(/.*/, '- a\n- b'),
      'SENSORIUM_MANIFEST_INVALID',
      [1, 1],
      'The manifest is no map; expected keys: sensorium, inputs, heads and, for several inputs, fusion.',
    ],
    [
      'nothing',
      '\n',
      'SENSORIUM_MANIFEST_INVALID',
      [1, 1],
      'The manifest is empty; expected keys: sensorium, inputs, heads and, for several inputs, fusion.',
    ],
  ] as const)('refuses %s', async (_, text, code, [line, column], message) => {
    const error = await failure(text);
    expect(error).toMatchObject({ code, message, location: { line, column } });
  });

  it('lists the known keys, and says what a key means', async () => {
    expect((await failure(lines({ 5: 'data: { tain: a.csv }' }))).hint).toBe(
      'Keys of data: train, validation, test, groups, onError, weights.',
    );
    expect((await failure(lines({ 5: 'training: { clip: no }' }))).hint).toBe(
      'training.clip: largest global norm of the gradient; null for none.',
    );
  });

  it('tells the first five of many problems, in the order of the text', async () => {
    const bad = ['epochs', 'batchSize', 'seed', 'warmup', 'clip', 'learningRate', 'weightDecay'];
    const { message, location } = await failure(
      lines({ 5: `training:\n${bad.map((key) => `  ${key}: bad`).join('\n')}` }),
    );
    expect(message.split('\n')).toHaveLength(6);
    expect(message).toMatch(/^training.epochs is "bad".*\n7:14 {2}training.batchSize[^]*\n… and 2 more\.$/);
    expect(location).toEqual({ line: 6, column: 11 });
  });

  it('refuses an object that contains itself', async () => {
    const fusion: Record<string, unknown> = { use: 'concat' };
    fusion.self = fusion;
    expect((await failure({ sensorium: 1, fusion })).code).toBe('SENSORIUM_MANIFEST_SYNTAX');
  });

  it('names the key of an object', async () => {
    const error = await failure({
      sensorium: 1,
      inputs: { image: 'image' },
      fusion: { use: 3 },
      heads: { answer: () => 'classification' },
    });
    expect(error.location).toEqual({ key: 'fusion.use' });
    expect(error.message).toContain('fusion.use is 3; expected text.');
    expect(error.message).toContain('heads.answer is a function; expected text or a map.');
  });
});

describe('files', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sensorium-manifest-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('reads YAML and JSON, by path and by URL', async () => {
    await writeFile(join(folder, 'a.yaml'), `\uFEFF${minimal.replaceAll('\n', '\r\n')}`);
    const { manifest, file, locate } = await readManifest('a.yaml', { cwd: folder });
    expect(file).toBe(join(folder, 'a.yaml'));
    expect(locate(['fusion'])).toEqual({ file: 'a.yaml', line: 3, column: 9 });
    await writeFile(join(folder, 'a.json'), JSON.stringify(manifest, null, '\t'));
    expect((await readManifest(pathToFileURL(join(folder, 'a.json')))).manifest).toEqual(manifest);
  });

  it('gives the place in the file, as the file was named', async () => {
    await writeFile(join(folder, 'bad.yaml'), lines({ 3: 'fuson: concat' }));
    expect((await failure('./bad.yaml', { cwd: folder })).location).toEqual({ file: './bad.yaml', line: 3, column: 1 });
  });

  it('says that there is no file, that it is a folder, a pipe, too large, that it is not text', async () => {
    expect(await failure('none.yaml', { cwd: folder })).toMatchObject({
      code: 'SENSORIUM_NOT_FOUND',
      message: `There is no such file: ${join(folder, 'none.yaml')}`,
      location: { file: 'none.yaml' },
    });
    expect(await failure(folder)).toMatchObject({
      code: 'SENSORIUM_NOT_FOUND',
      message: `This is a folder, not a manifest: ${folder}`,
    });
    execFileSync('mkfifo', [join(folder, 'pipe.yaml')]);
    expect(await failure('pipe.yaml', { cwd: folder })).toMatchObject({
      code: 'SENSORIUM_IO',
      message: `This is a pipe or a device, not a file: ${join(folder, 'pipe.yaml')}`,
      location: { file: 'pipe.yaml' },
    });
    await writeFile(join(folder, 'large.yaml'), '');
    await truncate(join(folder, 'large.yaml'), 2 ** 31);
    expect(await failure('large.yaml', { cwd: folder })).toMatchObject({
      code: 'SENSORIUM_MANIFEST_SYNTAX',
      message: `The file has more than 64 MiB, and is no manifest: ${join(folder, 'large.yaml')}`,
    });
    await writeFile(join(folder, 'utf16.yaml'), Buffer.from(`\uFEFF${minimal}`, 'utf16le'));
    expect(await failure('utf16.yaml', { cwd: folder })).toMatchObject({
      code: 'SENSORIUM_MANIFEST_SYNTAX',
      location: { file: 'utf16.yaml' },
      hint: 'Save it as UTF-8.',
    });
  });
});
