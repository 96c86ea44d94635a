import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/** One that was made for the tests, such as that of a virtual environment; that of the path; that of the system. */
const candidates = [process.env['SENSORIUM_PYTHON'], 'python3', '/usr/bin/python3'].filter(
  (name) => name !== undefined,
);

/** A Python that has modules; undefined where none has them all. */
export async function pythonWith(...modules: readonly string[]): Promise<string | undefined> {
  for (const python of candidates) {
    const [name = 'sys'] = modules;
    const found = await execute(python, ['-c', `import ${[name, ...modules].join(', ')}`]).catch(() => undefined);
    if (found) return python;
  }
  return undefined;
}
