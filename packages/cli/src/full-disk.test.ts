import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { bin } from './testing/sensorium.js';

const FULL = '/dev/full';

/** A command line with streams as a shell gives them: `> /dev/full`. */
const run = (line: string): { status: number | null; stdout: string; stderr: string } =>
  spawnSync('sh', ['-c', `"${process.execPath}" "${bin}" ${line}`], { encoding: 'utf8' });

describe.skipIf(!existsSync(FULL))('where a stream takes no more', () => {
  it.each(['plugins', 'plugins --json', '--help', 'run starter --input image=none.png --input question=x --json'])(
    'stdout is an error without a stack: %s',
    (line) => {
      const { status, stderr } = run(`${line} > ${FULL}`);
      expect(status).toBe(1);
      expect(stderr).toMatch(/^SENSORIUM_/);
      expect(stderr).not.toMatch(/\n\s+at /);
    },
  );

  it('stderr keeps no command from its end', () => {
    const { status, stdout } = run(`plugins --json 2> ${FULL}`);
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toBeTypeOf('object');
    expect(run(`run starter --input image=none.png --input question=x 2> ${FULL}`).status).toBe(1);
    expect(run(`plugins > ${FULL} 2> ${FULL}`).status).toBe(1);
  });

  it('a reader of either that has gone is no error', () => {
    expect(run('plugins --json | head -n 1').stdout).toBe('{\n');
    expect(run('plugins --json | head -n 1').stderr).toBe('');
    expect(run('run starter --input image=none.png --input question=x 2>&1 >/dev/null | head -n 0').stderr).toBe('');
  });
});
