import { readdir, stat } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import type { SensoriumError } from '@sensorium/contracts';
import { visible } from './terminal/visible.js';

/**
 * Does work that replaces something only if it may: at first as `force` says, and again if SENSORIUM_EXISTS is thrown and
 * whoever sits at the terminal agrees.
 */
export async function replacing<T>(force: boolean, work: (overwrite: boolean) => Promise<T>): Promise<T> {
  try {
    return await work(force);
  } catch (error) {
    const { SensoriumError } = await import('@sensorium/contracts');
    if (!SensoriumError.is(error) || error.code !== 'SENSORIUM_EXISTS') throw error;
    if (!(await isAgreed(`${visible(error.message)}. Replace it? [y/N] `))) throw error;
    return work(true);
  }
}

/** Throws SENSORIUM_EXISTS where there is a file, or a folder with something in it. */
export async function requireFree(path: string): Promise<void> {
  // Whatever else is wrong with the path, writing will say.
  const found = await stat(path).catch(() => undefined);
  if (found?.isFile()) throw await existing(path, `"${path}" is already there`);
  if (found?.isDirectory() && (await readdir(path)).length > 0) throw await existing(path, `"${path}" is not empty`);
}

async function existing(file: string, message: string): Promise<SensoriumError> {
  const { SensoriumError } = await import('@sensorium/contracts');
  const hint = 'Choose another name, or replace what is there with --force.';
  return new SensoriumError({ code: 'SENSORIUM_EXISTS', message, hint, location: { file } });
}

/** Nobody is asked who could not answer. */
async function isAgreed(question: string): Promise<boolean> {
  if (!process.stdin.isTTY || !process.stderr.isTTY) return false;
  return /^y(es)?$/i.test((await ask(question)).trim());
}

/** Nothing is the answer of Ctrl-C and Ctrl-D. */
function ask(question: string): Promise<string> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  return new Promise((resolve) => {
    lines.once('close', () => resolve(''));
    lines.question(question, (answer) => {
      resolve(answer);
      lines.close();
    });
  });
}
