import { afterAll, beforeAll, expect, it } from 'vitest';
import { buildProgram, type BuiltProgram } from '../testing/build-program.js';
import { Tester } from './tester.js';

const limits = { seconds: 1, mebibytes: 256, idleSeconds: 2 };
const input = { file: 'x', bytes: Uint8Array.of(1), made: 'by hand' };

/** For busy machines, in milliseconds. */
const PATIENCE = 300_000;

let program: BuiltProgram;
let tester: Tester;
beforeAll(async () => {
  program = await buildProgram('testing/faulty-program.ts');
  tester = new Tester(program.file, limits);
}, PATIENCE);
afterAll(async () => {
  await tester.dispose();
  await program.remove();
});

it('lets answers that make sense pass', async () => {
  expect(await tester.test('good', input)).toMatchObject({ kind: 'answer' });
});

it('lets clear errors pass', async () => {
  expect(await tester.test('refused', input)).toMatchObject({ kind: 'error', code: 'SENSORIUM_BAD_MEDIA' });
});

it.each([
  ['without hint', /nothing says what to do/],
  ['endless', /the message is too long/],
  ['foreign', /the message is not ours/],
  ['unclear', /TypeError: oops/],
  ['polluting', /every object has "polluted"/],
  ['hanging', /more than 1 s of the processor/],
  ['growing', /grew by more than 256 MiB/],
  ['waiting', /nothing happened for 2 s/],
  ['crashing', /ended with code 1: [^]*out of nowhere/],
  ['killed', /ended with SIGSEGV/],
])('finds what is wrong: %s', { timeout: PATIENCE }, async (format, what) => {
  expect(await tester.test(format, input)).toMatchObject({ kind: 'fault', what: expect.stringMatching(what) });
  expect(await tester.test('good', input)).toMatchObject({ kind: 'answer' });
});
