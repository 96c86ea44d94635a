import type { SensoriumError } from '@sensorium/contracts';
import { usageError } from '../failure.js';

/** `concat,{use: attention, layers: 1}` → the values of a YAML list. Throws SENSORIUM_USAGE. */
async function listOf(option: string, text: string): Promise<unknown[]> {
  const { parse } = await import('yaml');
  try {
    const values: unknown = parse(`[${text}\n]`);
    if (Array.isArray(values)) return values as unknown[];
  } catch {
    // Said below, with what is expected.
  }
  throw await wrongList(option, text);
}

const wrongList = (option: string, text: string): Promise<SensoriumError> =>
  usageError(
    `${option} takes values with commas between them; given is ${text}`,
    "For example: --fusions concat,attention --over training.learningRate=1e-3,3e-3 --over 'fusion={use: attention, layers: 1},concat'",
  );

/** `--over a.b=1,2 --over c=x,y` → { 'a.b': [1, 2], c: ['x', 'y'] }, fusions first. Throws SENSORIUM_USAGE. */
export async function axesOf(
  fusions: string | undefined,
  over: readonly string[],
): Promise<Record<string, readonly unknown[]>> {
  const given = [...(fusions === undefined ? [] : [['--fusions', 'fusion', fusions] as const]), ...over.map(splitAxis)];
  const axes: Record<string, readonly unknown[]> = {};
  for (const [option, key, text] of given) {
    if (key === '') throw await wrongList(option, text);
    if (Object.hasOwn(axes, key))
      throw await usageError(`the values of "${key}" are given twice`, 'Give all of them at once.');
    axes[key] = await listOf(option, text);
  }
  return axes;
}

/** `a.b=1,2` → the key and the values; no key where there is none. */
function splitAxis(text: string): readonly [option: string, key: string, values: string] {
  const equals = text.indexOf('=');
  return equals < 1 ? ['--over', '', text] : ['--over', text.slice(0, equals).trim(), text.slice(equals + 1)];
}

/** `3` → so many; `1,2,5` → these. What are no seeds is for the trainer to say. */
export async function seedsOf(text: string | undefined): Promise<number | readonly number[] | undefined> {
  if (text === undefined) return undefined;
  const seeds = (await listOf('--seeds', text)).map(Number);
  return seeds.length === 1 ? seeds[0] : seeds;
}
