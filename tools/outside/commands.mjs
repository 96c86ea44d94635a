import { execFile } from 'node:child_process';
import process from 'node:process';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/** As this program was started: Vite sets NODE_ENV to "production" when it builds, and then npm leaves out what is for development. */
const started = { ...process.env };

/** Runs a command to its end and gives what it printed; throws with all of that where it fails. */
export async function run(command, args, { cwd, env = {} } = {}) {
  try {
    const options = { cwd, env: { ...started, ...env }, maxBuffer: 64 * 2 ** 20 };
    const { stdout, stderr } = await execute(command, args, options);
    return { stdout, stderr };
  } catch (error) {
    throw new Error(`${[command, ...args].join(' ')}\n${error.stdout}${error.stderr}`, { cause: error });
  }
}

export const node = (args, options) => run(process.execPath, args, options);

/** Runs a line as a shell would. */
export const shell = (line, options) => run('sh', ['-c', line], options);

export async function step(title, work) {
  const start = performance.now();
  const result = await work();
  console.log(`✓ ${title}: ${((performance.now() - start) / 1000).toFixed(1)} s`);
  return result;
}
