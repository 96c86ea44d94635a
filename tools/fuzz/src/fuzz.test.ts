import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { fuzz } from './fuzz.js';
import { formatNames } from './input.js';
import { buildProgram, type BuiltProgram } from './testing/build-program.js';

/** For busy machines, in milliseconds: about a minute's work. */
const PATIENCE = 900_000;

let program: BuiltProgram;
let out: string;
beforeAll(async () => {
  program = await buildProgram('program.ts');
  out = await mkdtemp(join(tmpdir(), 'sensorium-fuzz-faults-'));
}, PATIENCE);
afterAll(() => program.remove());

// What fails stays in the folder that each fault names: `npm run fuzz -- --replay FILE --only FORMAT` reads it again.
it('meets 500 damaged and hostile files with clear errors and sane answers', { timeout: PATIENCE }, async () => {
  const { faults } = await fuzz({ program: program.file, inputs: 500, seed: 1, only: formatNames, workers: 2, out });
  expect(faults).toEqual([]);
  await rm(out, { recursive: true });
});
