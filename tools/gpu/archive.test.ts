import { execFile } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

interface Report {
  readonly ok: boolean;
  readonly summary: readonly string[];
  readonly parts: Readonly<
    Record<string, { readonly error?: string; readonly result?: unknown; readonly stderr?: string[] }>
  >;
  readonly vulkan: { readonly software: boolean; readonly devices: readonly string[] };
}

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gpu-archive-'));
  cpSync(fileURLToPath(new URL('archive', import.meta.url)), folder, { recursive: true });
});
afterEach(() => rmSync(folder, { recursive: true }));

/** With no environment at all, as a bare machine may have it. */
function runIn(
  at: string,
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<{ code: number; report: Report }> {
  return new Promise((resolve) => {
    execFile(join(at, 'run.sh'), args, { env }, (error, stdout) => {
      resolve({ code: Number(error?.code ?? 0), report: JSON.parse(stdout) as Report });
    });
  });
}

const saved = (at: string): unknown => JSON.parse(readFileSync(join(at, 'gpu.json'), 'utf8'));

/** A program in the place of one that is packed. */
function put(path: string, code: string): void {
  const file = join(folder, 'node_modules/@sensorium', path);
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, code);
}

describe('what is run on a bare machine', () => {
  it('says in JSON that Node cannot start, and what the system says of it', async () => {
    const says = '/lib/libc.so.6: "GLIBC_2.28" \\not\tfound';
    writeFileSync(join(folder, 'node'), `#!/bin/sh\nprintf '%s\\n' '${says}' >&2\nexit 1\n`);
    chmodSync(join(folder, 'node'), 0o755);
    const { code, report } = await runIn(folder, []);
    expect(code).toBe(1);
    expect(report).toEqual({
      ok: false,
      summary: ['Node cannot start: /lib/libc.so.6: "GLIBC_2.28" \\not found'],
    });
    expect(saved(folder)).toEqual(report);
  });

  describe('where Node starts', () => {
    beforeEach(() => {
      symlinkSync(process.execPath, join(folder, 'node'));
      put(
        'cli/bin/sensorium.js',
        `process.stderr.write('Using "SwiftShader Device" with driver: "libvk.so"\\n');
         process.stdout.write(JSON.stringify(process.argv[2] === 'probe' ? { available: true } : { machine: {} }));`,
      );
      put('bench/package.json', '{ "type": "module" }');
      put(
        'bench/dist/bin.js',
        `import { writeFileSync } from 'node:fs';
         const [, , workload, , backend, , , , out] = process.argv;
         const pipeline = { milliseconds: 1, samplesPerSecond: 20 };
         const result = { available: true, steps: { mlp: { milliseconds: 2 } }, pipeline };
         if (workload === 'backends') writeFileSync(out, JSON.stringify({ workload, backends: { [backend]: result } }));
         process.stderr.write('at the transformer\\n');
         if (backend === 'webgpu') process.kill(process.pid, 'SIGSEGV');`,
      );
    });

    it('says what ran, what ended a part, and what that had found; elsewhere, if it is told where', async () => {
      const out = join(folder, 'elsewhere');
      mkdirSync(out);
      const chosen = ['doctor', 'backends-cpu', 'backends-webgpu', 'agreement-wasm'];
      const { code, report } = await runIn(folder, chosen, { OUT: out });
      expect({ code, ok: report.ok }).toEqual({ code: 1, ok: false });
      expect(Object.keys(report.parts)).toEqual(chosen);
      expect(report.parts['doctor']).toMatchObject({ result: { machine: {} } });
      expect(report.parts['backends-webgpu']).toMatchObject({
        error: 'it was ended by SIGSEGV',
        stderr: ['at the transformer'],
        result: { backends: { webgpu: { available: true } } },
      });
      expect(report.summary).toEqual([
        'webgpu runs on SwiftShader Device, which computes on the processor: no graphics card is used',
        'backends-cpu: mlp 2.00 ms a step',
        'backends-cpu: pipeline 1.00 ms, 20 samples/s at once',
        'backends-webgpu: FAILED, it was ended by SIGSEGV',
        'backends-webgpu: mlp 2.00 ms a step',
        'backends-webgpu: pipeline 1.00 ms, 20 samples/s at once',
        expect.stringMatching(/^agreement-wasm: FAILED, it gave no result: ENOENT/),
      ]);
      expect(saved(out)).toEqual(report);
    });

    it('is well where all parts are, and refuses one that there is not', async () => {
      await expect(runIn(folder, ['doctor', 'backends-cpu'])).resolves.toMatchObject({ code: 0, report: { ok: true } });
      const { code, report } = await runIn(folder, ['doktor']);
      expect({ code, ...report }).toMatchObject({
        code: 1,
        ok: false,
        summary: [expect.stringMatching(/^there is no part "doktor"; parts: doctor, backends-cpu, /)],
      });
    });
  });
});
