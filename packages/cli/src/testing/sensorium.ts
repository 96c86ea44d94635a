import { spawn, type ChildProcess } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

/** The command, over what `npm test` built first. */
export const bin = fileURLToPath(new URL('../../bin/sensorium.js', import.meta.url));

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface StartOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Starts `sensorium` with some arguments, as a shell would. */
export function start(
  args: readonly string[],
  { cwd, env }: StartOptions = {},
): ChildProcess & { ended: Promise<Ended> } {
  // As if typed into a shell, though npm may have started the tests.
  const child = spawn(process.execPath, [bin, ...args], {
    cwd,
    env: { ...process.env, npm_command: undefined, ...env },
  });
  const exit = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  const ended = Promise.all([exit, text(child.stdout), text(child.stderr)]).then(([code, stdout, stderr]) => ({
    code,
    stdout,
    stderr,
  }));
  return Object.assign(child, { ended });
}

export const sensorium = (args: readonly string[], options?: StartOptions): Promise<Ended> =>
  start(args, options).ended;
