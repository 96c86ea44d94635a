import { standardPackages } from '@sensorium/web';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { formatNames, limits } from '../input.js';
import { Tester } from '../process/tester.js';
import { buildProgram, type BuiltProgram } from '../testing/build-program.js';
import { formats } from './index.js';
import { manifests } from './manifests.js';

/** For busy machines, in milliseconds: many files are read. */
const PATIENCE = 600_000;

let program: BuiltProgram;
let tester: Tester;
beforeAll(async () => {
  program = await buildProgram('program.ts');
  tester = new Tester(program.file, limits);
}, PATIENCE);
afterAll(async () => {
  await tester.dispose();
  await program.remove();
});

describe('whole files', () => {
  it.each(formatNames)('are read: %s', { timeout: PATIENCE }, async (name) => {
    const problems: string[] = [];
    for (const { name: seed, ending, bytes } of await formats[name].seeds()) {
      const verdict = await tester.test(name, { file: `input${ending}`, bytes, made: seed });
      if (verdict.kind !== 'answer') problems.push(`${seed}: ${JSON.stringify(verdict)}`);
    }
    expect(problems).toEqual([]);
  });
});

/** It needs the folder of a pretrained model. */
const withoutSample = 'transformers';

it('has manifests of every other standard part', () => {
  const text = JSON.stringify(manifests);
  const names = Object.keys(standardPackages).map((name) => name.replace(/^@sensorium\/(encoder|fusion|head)-/, ''));
  const others = names.filter((name) => name !== withoutSample);
  expect(others.filter((name) => !text.includes(`"${name}"`))).toEqual([]);
});
