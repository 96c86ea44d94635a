import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Example } from '@sensorium/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkHead } from '../index.js';
import { trial } from '../testing/changed-head.js';
import { goodHead } from '../testing/good-heads.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'testkit-example-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const file = (name: string, text: string): URL => {
  writeFileSync(join(folder, name), text);
  return pathToFileURL(join(folder, name));
};

/** Of the good head with an example. */
const problemsOf = async (example: Example): Promise<string[]> =>
  (await checkHead({ ...goodHead, example }, trial)).map(({ check, message }) => `${check}: ${message}`);

describe('an example', () => {
  const check = 'has examples that programs can call';

  it('is called as programs call it, and has the function', async () => {
    const javascript = file(`head-${goodHead.name}.mjs`, "import './others.mjs';\nexport async function answer() {}\n");
    const python = file(`head_${goodHead.name.replaceAll('-', '_')}.py`, 'def answer(outputs, options, of):\n  pass\n');
    expect(await problemsOf({ javascript, python })).toEqual([]);
  });

  it('that nobody could call is found', async () => {
    const javascript = file('head-other.mjs', 'function answer() {}\n');
    expect(await problemsOf({ javascript })).toEqual([
      `${check}: the example in javascript is called head-other.mjs, and programs look for head-${goodHead.name}.mjs`,
      `${check}: the example in javascript has no function "answer" that others can call`,
    ]);
    const broken = file(`head-${goodHead.name}.mjs`, 'export function answer( {\n');
    expect(await problemsOf({ javascript: broken })).toEqual([
      expect.stringMatching(new RegExp(`^${check}: the example in javascript cannot be parsed: SyntaxError`)),
    ]);
    const absent = pathToFileURL(join(folder, 'absent.py'));
    expect(await problemsOf({ python: absent })).toEqual([
      `${check}: the example in python is not there: ${absent.href}`,
    ]);
  });
});
