import { SensoriumError } from '@sensorium/contracts';
import { type Parameter } from '@sensorium/graph';
import { matchWeights, readSafeTensors, type MatchedWeights, type SafeTensors } from '@sensorium/tensors';
import { modelWeights } from '@sensorium/orchestrator';
import type { Origin } from '../host.js';

/** Weights to start from, and the file they come from. */
export interface Start extends MatchedWeights {
  readonly file: string;
}

/**
 * Reads weights, of a .safetensors file or the model.onnx of a model folder, and takes those that fit the model. Throws
 * SENSORIUM_BAD_MODEL for a damaged file and for one of which nothing fits, and what reading throws.
 */
export async function readStart(path: string, parameters: readonly Parameter[], origin: Origin): Promise<Start> {
  const file = origin.pathOf(path);
  try {
    const { tensors, unread } = readWeights(file, await origin.read(path));
    const matched = matchWeights(parameters, tensors);
    if (Object.keys(matched.weights).length === 0) throw nothingFits(matched);
    return { ...matched, unused: [...matched.unused, ...unread], file };
  } catch (error) {
    throw SensoriumError.at(error, { file });
  }
}

const readWeights = (file: string, bytes: Uint8Array): Pick<SafeTensors, 'tensors' | 'unread'> =>
  file.toLowerCase().endsWith('.onnx') ? { tensors: modelWeights(bytes), unread: [] } : readSafeTensors(bytes);

function nothingFits({ missing, unused, misshapen }: MatchedWeights): SensoriumError {
  const shapes = misshapen.map(({ name, expected, found }) => `${name} is ${found}, not ${expected}`);
  return new SensoriumError({
    code: 'SENSORIUM_BAD_MODEL',
    message: `none of the weights fits the model${shapes.length > 0 ? `: ${shapes.slice(0, 3).join('; ')}` : ''}`,
    hint: `The model wants ${missing.slice(0, 3).join(', ')}, …; the file has ${unused.slice(0, 3).join(', ')}, ….`,
  });
}

/** What was taken of a file of weights, and what was not. */
export interface StartReport extends Omit<Start, 'weights'> {
  readonly matched: readonly string[];
}

export const startReport = ({ weights, ...others }: Start): StartReport => ({
  matched: Object.keys(weights),
  ...others,
});

/** The report in a line. */
export function formatStart({ file, matched, missing, unused, misshapen }: StartReport): string {
  const listed = (names: readonly string[]): string =>
    `${names.length} (${names.slice(0, 3).join(', ')}${names.length > 3 ? ', …' : ''})`;
  return [
    `starts from ${file}: ${matched.length} parameters`,
    ...(missing.length ? [`not in the file: ${listed(missing)}`] : []),
    ...(unused.length ? [`not in the model: ${listed(unused)}`] : []),
    ...(misshapen.length ? [`of another shape: ${listed(misshapen.map(({ name }) => name))}`] : []),
  ].join('; ');
}
