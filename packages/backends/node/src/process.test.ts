import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import {
  accumulator,
  carriedStates,
  carryState,
  heldInputs,
  holdInputs,
  matmuls,
  onnxModel,
  outerProduct,
  relu,
} from '@sensorium/backend-runtime/testing';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cuda, webgpu } from './index.js';

// What shows only in a process of its own: whether it ends, what it keeps, and a graphics driver chosen at its start.
// The package is bundled for it, as an application would do, so these tests also tell that a bundle works.
const driver = '/usr/lib/chromium/vk_swiftshader_icd.json';
const software = { VK_ICD_FILENAMES: driver, LD_LIBRARY_PATH: '/usr/lib/chromium' };
const here = fileURLToPath(new URL('.', import.meta.url));
let folder: string;
let bundle: string;

beforeAll(async () => {
  const cache = join(here, '../../../../node_modules/.cache');
  mkdirSync(cache, { recursive: true });
  folder = mkdtempSync(join(cache, 'backend-node-'));
  await build({
    configFile: false,
    logLevel: 'error',
    resolve: { conditions: ['@sensorium/source', 'node', 'import', 'module', 'default'] },
    ssr: {
      noExternal: [/^@sensorium\//],
      external: ['onnxruntime-node', 'zod'],
      resolve: { conditions: ['@sensorium/source'] },
    },
    build: {
      ssr: join(here, 'index.ts'),
      outDir: folder,
      minify: true,
      rollupOptions: { output: { entryFileNames: 'index.mjs' } },
    },
  });
  bundle = pathToFileURL(join(folder, 'index.mjs')).href;
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Outcome {
  readonly output: string;
  readonly errors: string;
}

/** Runs a program that sees the package's exports and a model; gives what it prints. Rejects if it does not end well. */
async function run(program: string, model: Uint8Array, env: NodeJS.ProcessEnv = {}): Promise<Outcome> {
  const start =
    `const { cpu, cuda, webgpu } = await import(${JSON.stringify(bundle)});` +
    `const model = Buffer.from(${JSON.stringify(Buffer.from(model).toString('base64'))}, 'base64');` +
    `const x = (...values) => ({ dtype: 'float32', shape: [values.length / 2, 2], data: Float32Array.from(values) });`;
  const { stdout, stderr } = await promisify(execFile)(
    process.execPath,
    ['--expose-gc', '--input-type=module', '--eval', start + program],
    { env: { ...process.env, ...env }, timeout: 50_000 },
  );
  return { output: stdout.trim(), errors: stderr };
}

describe('a process', () => {
  it('ends although a session was forgotten, but not while that still runs', async () => {
    const program = `
      const session = await cpu.load(model, { isolate: true });
      session.run({ x: x(3, -4) }).then(({ y }) => console.log(...y.data));`;
    expect((await run(program, relu)).output).toBe('3 0');
  });

  /** Ends a process while a session of a thread runs, or is being opened: its code or signal, and what it told. */
  async function endOf(ending: string, size: number, count: number): Promise<{ end: unknown; errors: string }> {
    const file = join(folder, `matmuls-${size}.onnx`);
    writeFileSync(file, matmuls(size, count));
    const program = `
      const { readFileSync } = await import('node:fs');
      const full = (value) => ({ dtype: 'float32', shape: [${size}, ${size}], data: new Float32Array(${size ** 2}).fill(value) });
      const opening = cpu.load(readFileSync(process.env.MODEL), { isolate: true });
      const run = async () => {
        const session = await opening;
        for (;;) void (await session.run({ x: full(1), w: full(1e-4) }));
      };
      ${ending}`;
    const ended = run(program, relu, { MODEL: file }) as Promise<unknown>;
    const failure = (await ended.then(
      () => undefined,
      (error: unknown) => error,
    )) as { code: unknown; signal: unknown; stderr: string } | undefined;
    return { end: failure?.signal ?? failure?.code, errors: failure?.stderr ?? '' };
  }

  it.each([
    ['by its exit', 'run(); run(); await opening; setTimeout(() => process.exit(7), 60);', 7, ''],
    ['by an error', `run(); await opening; setTimeout(() => { throw new Error('told'); }, 60);`, 1, 'Error: told'],
    ['while the session is opened', 'setTimeout(() => process.exit(7), 40);', 7, ''],
    ['at once', 'process.exit(7);', 7, ''],
  ])('ends %s beside a thread that computes, which comes to its end first', async (_, ending, end, told) => {
    for (let trial = 0; trial < 3; trial++) {
      const ended = await endOf(ending, 256, 60);
      expect(ended.end).toBe(end);
      expect(ended.errors).toContain(told);
    }
  });

  it('does not wait long for a thread, and tells its error', async () => {
    const ending = `run(); await opening; setTimeout(() => { throw new Error('told'); }, 300);`;
    const { end, errors } = await endOf(ending, 2048, 100);
    expect(end).toBe('SIGKILL');
    expect(errors).toContain('Error: told');
  });

  it.each([false, true])('gets memory back from disposed sessions, isolated: %s', async (isolate) => {
    const size = 2048;
    const heavy = onnxModel({
      inputs: [{ name: 'x', dtype: 'float32', shape: [1, size] }],
      outputs: [{ name: 'y', dtype: 'float32', shape: [1, size] }],
      nodes: [{ op: 'MatMul', inputs: ['x', 'w'], outputs: ['y'] }],
      constants: [{ name: 'w', shape: [size, size], data: new Float32Array(size * size) }],
    });
    expect(heavy.length).toBeGreaterThan(16e6);
    const program = `
      const { readFileSync } = await import('node:fs');
      const heavy = readFileSync(process.env.MODEL);
      const megabytes = () => { gc(); return process.memoryUsage.rss() / 1e6; };
      const cycle = async () => (await cpu.load(heavy, { isolate: ${isolate} })).dispose();
      for (let i = 0; i < 3; i++) await cycle();
      const before = megabytes();
      for (let i = 0; i < 30; i++) await cycle();
      console.log(megabytes() - before);`;
    const file = join(folder, 'heavy.onnx');
    writeFileSync(file, heavy);
    const growth = Number((await run(program, relu, { MODEL: file })).output);
    // Kept models would be 30 times 17 MB; the allocator may hold back a few freed ones.
    expect(growth).toBeLessThan(15 * 17);
  });
});

describe('carried state', () => {
  const cases = ['cpu', 'webgpu'].flatMap((name) => [false, true].map((isolate) => ({ name, isolate })));
  const possible = cases.filter(({ name }) => name === 'cpu' || existsSync(driver));

  it.each(possible)('takes no more memory with every run: $name, isolated: $isolate', async ({ name, isolate }) => {
    const program = `
      const carried = { sum: 'next', count: 'doubled', scale: 'same' };
      const session = await ${name}.load(model, { isolate: ${isolate}, carried });
      const values = 1 << 20;
      await session.run({
        sum: { dtype: 'float32', shape: [values / 2, 2], data: new Float32Array(values) },
        count: { dtype: 'int64', shape: [3], data: new BigInt64Array(3) },
        scale: { dtype: 'float32', shape: [], data: Float32Array.of(1) },
        x: x(1, 2),
      });
      const megabytes = () => { gc(); return process.memoryUsage.rss() / 1e6; };
      const runs = async (count) => {
        for (let i = 0; i < count; i++) await session.run({ x: x(1, 2) });
        return (await session.carried()).sum.data.at(-1);
      };
      await runs(30);
      const before = megabytes();
      const last = await runs(100);
      console.log(last, megabytes() - before);
      await session.dispose();`;
    const [last, growth] = (await run(program, accumulator, software)).output.split(' ').map(Number);
    expect(last).toBe(2 * 131);
    // The state has 4 MB.
    expect(growth).toBeLessThan(100);
  });

  it.skipIf(!existsSync(driver)).each([false, true])(
    `is carried by webgpu, isolated: %s (skipped without ${driver})`,
    async (isolate) => {
      const program = `
        const carryState = ${carryState.toString()};
        console.log((await carryState(webgpu, model, { isolate: ${isolate} })).join('\\n'));`;
      expect((await run(program, accumulator, software)).output.split('\n')).toEqual(carriedStates);
    },
  );

  it.skipIf(!existsSync(driver)).each([false, true])(
    `stands beside held inputs on webgpu, isolated: %s (skipped without ${driver})`,
    async (isolate) => {
      const program = `
        const holdInputs = ${holdInputs.toString()};
        console.log((await holdInputs(webgpu, model, { isolate: ${isolate} })).join('\\n'));`;
      expect((await run(program, accumulator, software)).output.split('\n')).toEqual(heldInputs);
    },
  );

  it.skipIf(!existsSync(driver)).each([false, true])(
    `does not break a process that forgets a session of webgpu, isolated: %s (skipped without ${driver})`,
    async (isolate) => {
      const program = `
        const session = await webgpu.load(model, { isolate: ${isolate}, carried: { x: 'y' } });
        const { y } = await session.run({ x: x(3, -4) }, { outputs: ['y'] });
        console.log(...y.data);`;
      expect((await run(program, relu, software)).output).toBe('3 0');
    },
  );
});

describe('memory that does not suffice', () => {
  it.skipIf(!existsSync(driver)).each([false, true])(
    `is told apart by webgpu, isolated: %s (skipped without ${driver})`,
    async (isolate) => {
      const program = `
        const session = await webgpu.load(model, { isolate: ${isolate} });
        const product = async (size) => {
          const data = new Float32Array(size).fill(3);
          const a = { dtype: 'float32', shape: [size, 1], data };
          const b = { dtype: 'float32', shape: [1, size], data };
          return session.run({ a, b }).then(({ y }) => y.data.join(), ({ code }) => code);
        };
        // The driver's largest buffer has 1 GiB; these would take 1.6 GB and 400 TB.
        for (const size of [1, 2e4, 2, 1e7, 1]) console.log(await product(size));
        await session.dispose();`;
      const lines = ['9', 'SENSORIUM_OUT_OF_MEMORY', '9,9,9,9', 'SENSORIUM_OUT_OF_MEMORY', '9'];
      expect((await run(program, outerProduct, software)).output.split('\n')).toEqual(lines);
    },
  );
});

describe('a provider', () => {
  it.each([webgpu, cuda])('$name says why it is not there, or runs', async (backend) => {
    const availability = await backend.available();
    expect(await backend.available()).toBe(availability);
    if (availability.available) return (await backend.load(relu)).dispose();
    expect(availability.reason).toMatch(/no adapter|libraries not installed|has no/);
    for (const isolate of [false, true]) {
      await expect(backend.load(relu, { isolate })).rejects.toMatchObject({
        code: 'SENSORIUM_BACKEND_UNAVAILABLE',
        message: `The backend ${backend.name} cannot run here: ${availability.reason}`,
      });
    }
  });

  it('logs nothing itself about libraries that are not installed', async () => {
    const { output, errors } = await run(`console.log(JSON.stringify(await cuda.available()))`, relu);
    expect(output).toMatch(/^{"available":(true|false,"reason":".+")}$/);
    expect(errors).toBe('');
  });

  it.skipIf(!existsSync(driver))(
    `webgpu computes as cpu does, in several threads at once (skipped without ${driver})`,
    async () => {
      const program = `
      const relativeDifference = (a, b) => Math.max(...a.map((v, i) => Math.abs(v - b[i]) / Math.abs(b[i])));
      const data = (count, seed) => Float32Array.from({ length: count }, (_, i) => 1 + Math.sin(i * seed));
      const inputs = {
        x: { dtype: 'float32', shape: [3, 64], data: data(192, 0.7) },
        w: { dtype: 'float32', shape: [64, 64], data: data(4096, 0.3) },
      };
      console.log((await webgpu.available()).available);
      const isolate = true;
      const loads = [cpu.load(model), webgpu.load(model), webgpu.load(model, { isolate }), webgpu.load(model, { isolate })];
      const sessions = await Promise.all(loads);
      const [expected, ...given] = await Promise.all(sessions.map((session) => session.run(inputs)));
      for (const { y } of given) console.log(y.shape.join(), relativeDifference(y.data, expected.y.data) < 1e-4);
      for (const session of sessions) await session.dispose();`;
      expect((await run(program, matmuls(64, 4), software)).output.split('\n')).toEqual([
        'true',
        ...Array<string>(3).fill('3,64 true'),
      ]);
    },
  );
});
