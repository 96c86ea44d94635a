import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sensorium } from './testing/sensorium.js';

const good = [
  'sensorium: 1',
  'inputs:',
  '  title: { encoder: text, dim: 8, heads: 2 }',
  'fusion: concat',
  'heads: { answer: classification }',
  'data: { train: train.csv }',
] as const;

/** A manifest with some of its lines, from 1, replaced. */
const lines = (changes: Readonly<Record<number, string>>): string =>
  good.map((line, index) => changes[index + 1] ?? line).join('\n');

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sensorium-errors-'));
  await writeFile(join(folder, 'train.csv'), 'title,answer\na red ball,yes\na blue ball,no\na ball,yes\n');
  await writeFile(join(folder, 'other.csv'), 'titel,answer\na red ball,yes\na blue ball,no\n');
  await writeFile(join(folder, 'book.xlsx'), 'PK');
  await mkdir(join(folder, 'earlier'));
});
afterAll(() => rm(folder, { recursive: true }));

async function check(text: string, ...args: readonly string[]): Promise<string> {
  await writeFile(join(folder, 'm.yaml'), text);
  const { code, stdout, stderr } = await sensorium(['check', 'm.yaml', ...args], { cwd: folder });
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  return stderr;
}

describe('an error of a manifest says line and column, and what to do', () => {
  it.each<[string, Readonly<Record<number, string>>, string, RegExp]>([
    [
      'heads that do not divide the width of an encoder',
      { 3: '  title: { encoder: text, dim: 10, heads: 4 }' },
      'SENSORIUM_SHAPE  m.yaml:3:10, "inputs.title"',
      /4 heads do not divide the width 10/,
    ],
    [
      'heads that do not divide the width of a fusion',
      { 4: 'fusion: { use: attention, dim: 10, heads: 4 }' },
      'SENSORIUM_SHAPE  m.yaml:4:9, "fusion"',
      /4 heads do not divide the width 10/,
    ],
    [
      'a backend that there is not',
      { 6: 'backend: [cpu, gpu]\ndata: { train: train.csv }' },
      'SENSORIUM_BACKEND_UNAVAILABLE  m.yaml:6:10, "backend"',
      /no backend "gpu"\. Did you mean "webgpu" or "cuda"\?\n.*cpu, webgpu, cuda, wasm/,
    ],
    [
      'a table that is not there',
      { 6: 'data:\n  train: nope.csv' },
      'SENSORIUM_NOT_FOUND  m.yaml:7:10, "data.train"',
      /nope\.csv": there is no such file/,
    ],
    [
      'a table of a kind that is not read',
      { 6: 'data: { train: train.csv, test: book.xlsx }' },
      'SENSORIUM_BAD_TABLE  m.yaml:6:33, "data.test"',
      /A table is a file \(\.csv/,
    ],
    [
      'weights that are a folder',
      { 6: 'data: { train: train.csv, weights: earlier }' },
      'SENSORIUM_IO  m.yaml:6:36, "data.weights"',
      /earlier" is a folder, and a file is needed[^]*Name a file in it/,
    ],
    [
      'weights that are not there',
      { 6: 'data: { train: train.csv, weights: late.onnx }' },
      'SENSORIUM_NOT_FOUND  m.yaml:6:36, "data.weights"',
      /late\.onnx/,
    ],
    [
      'a file of an encoder that is not there',
      { 3: '  title: { encoder: onnx, file: none.onnx }' },
      'SENSORIUM_NOT_FOUND  m.yaml:3:10, "inputs.title"',
      /none\.onnx": there is no such file/,
    ],
    [
      'a file of an encoder that is none',
      { 3: '  title: { encoder: onnx, file: book.xlsx }' },
      'SENSORIUM_BAD_MODEL  m.yaml:3:10, "inputs.title"',
      /"book\.xlsx": this is not an ONNX model/,
    ],
    [
      'an alias without an anchor',
      { 4: 'fusion: { use: *shared }' },
      'SENSORIUM_MANIFEST_SYNTAX  m.yaml:4:16',
      /\*shared repeats nothing[^]*marked with &/,
    ],
    [
      'a bracket that is not closed',
      { 5: 'heads: { answer: classification' },
      'SENSORIUM_MANIFEST_SYNTAX  m.yaml:6:1',
      /Close every \{ with \}/,
    ],
    [
      'patterns that fit no parameter',
      { 4: 'fusion:\n  use: concat\n  trainable: { parameters: { "layer9/**": frozen } }' },
      'SENSORIUM_MANIFEST_INVALID  m.yaml:6:28, "fusion.trainable.parameters"',
      /layer9/,
    ],
  ])('%s', async (_, changes, place, message) => {
    const stderr = await check(lines(changes));
    expect(stderr.split('\n')[0]).toBe(place);
    expect(stderr).toMatch(message);
  });

  it('a column that the table lacks: which part reads it, and how to name another', async () => {
    const stderr = await check(lines({ 6: 'data: { train: other.csv }' }));
    expect(stderr).toMatch(/^SENSORIUM_MISSING_COLUMN {2}\S*other\.csv, "title"/);
    expect(stderr).toContain('"title" is read by inputs.title (m.yaml:3:10)');
    expect(stderr).toContain('column: titel');
  });

  it('of a value that was given with --set: the key', async () => {
    expect(await check(lines({}), '--set', 'fusion.hidden=-1')).toMatch(
      /^SENSORIUM_MANIFEST_INVALID {2}--set fusion\.hidden=-1\n {2}fusion\.hidden is -1/,
    );
    expect(await check(lines({}), '--set', 'inputs.title.heads=3')).toMatch(
      /^SENSORIUM_SHAPE {2}--set inputs\.title\.heads=3, "inputs\.title"\n/,
    );
    expect(await check(lines({}), '--set', 'data.train=nope.csv')).toMatch(
      /^SENSORIUM_NOT_FOUND {2}--set data\.train=nope\.csv, "data\.train"\n/,
    );
  });
});
