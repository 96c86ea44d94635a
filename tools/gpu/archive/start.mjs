import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';

/** Lines of stderr that are kept of what fails. */
const TAIL = 12;

/** Runs `node` with arguments for so many seconds at most. Gives `{ seconds, result }`, or `error` and the end of stderr. */
export async function start(args, limit, env) {
  const folder = mkdtempSync(join(tmpdir(), 'sensorium-gpu-'));
  const out = join(folder, 'out.json');
  const toFile = args.at(-1) === '--out';
  const began = performance.now();
  try {
    const { stdout, stderr, ended } = await execute(toFile ? [...args, out] : args, limit, env);
    const seconds = (performance.now() - began) / 1000;
    const failure = ended && { error: ended, stderr: stderr.trimEnd().split('\n').slice(-TAIL) };
    return { seconds, ...resultIn(() => (toFile ? readFileSync(out, 'utf8') : stdout)), ...failure };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What was printed, and how it ended where it did not end well. */
export function execute(args, limit, env) {
  const options = {
    timeout: Math.round(limit * 1000),
    killSignal: 'SIGKILL',
    maxBuffer: 64 * 2 ** 20,
    env: { ...process.env, ...env },
  };
  return new Promise((resolve) => {
    execFile(process.execPath, args, options, (error, stdout, stderr) => {
      resolve({ stdout, stderr, ended: error && how(error, limit) });
    });
  });
}

function how({ killed, signal, code }, limit) {
  if (killed) return `it took longer than ${limit.toFixed(0)} s`;
  return signal ? `it was ended by ${signal}` : `it ended with the exit code ${code}`;
}

function resultIn(read) {
  try {
    return { result: JSON.parse(read()) };
  } catch (error) {
    return { error: `it gave no result: ${error.message}` };
  }
}
