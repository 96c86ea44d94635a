import { isDeepStrictEqual } from 'node:util';
import type { IO, Modality, Source } from '@sensorium/contracts';
import { createRandom } from '@sensorium/data';

/** Levels at which noise is looked at: the least and the greatest of robustness. */
const LEVELS = [0.1, 1];

/** What is wrong with the noise that a modality puts on a value. */
export async function findWrongNoise(modality: Modality, value: unknown, io: IO): Promise<string[]> {
  const at = async (level: number, seed: number): Promise<unknown> =>
    modality.disturb?.(value, level, createRandom(seed, 'noise'));
  const before = structuredClone(value);
  const found = isDeepStrictEqual(await at(0, 1), value) ? [] : ['at level 0 it is another value'];
  for (const level of LEVELS) {
    const disturbed = await at(level, 1);
    if (!isDeepStrictEqual(await at(level, 1), disturbed)) found.push('the same stream gives other noise');
    if (!(await isSource(modality, disturbed as Source, io))) found.push(`at level ${level} it is no value any more`);
  }
  return isDeepStrictEqual(value, before) ? found : [...found, 'disturb changes its argument'];
}

/** Whether what was disturbed is a value like others, which is its own source. */
async function isSource(modality: Modality, disturbed: Source, io: IO): Promise<boolean> {
  try {
    return isDeepStrictEqual(await modality.decode(disturbed, io), disturbed);
  } catch {
    return false;
  }
}
