import { required, SensoriumError, type ResolvedManifest, type Tensor } from '@sensorium/contracts';
import { type Parameter } from '@sensorium/graph';
import { matchWeights, readSafeTensors, type MatchedWeights, type SafeTensors } from '@sensorium/tensors';
import { modelWeights } from '@sensorium/orchestrator';
import type { Origin } from '../host.js';

/** Weights to start from, and the files they come from. */
export interface Start extends MatchedWeights {
  readonly files: readonly string[];
}

/** The files that `data.weights` names. */
export const filesOfWeights = ({ weights }: ResolvedManifest['data']): readonly string[] =>
  weights === undefined ? [] : [weights].flat();

/**
 * Reads weights, of .safetensors files or the model.onnx of model folders, and takes those that fit the model, of several files
 * from the last that has them. Throws SENSORIUM_BAD_MODEL for a damaged file and for one of which nothing fits, and what reading
 * throws.
 */
export async function readStart(
  paths: readonly string[],
  parameters: readonly Parameter[],
  origin: Origin,
): Promise<Start> {
  const tensors: Record<string, Tensor> = {};
  const unread: string[] = [];
  const files = paths.map((path) => origin.pathOf(path));
  for (const [index, path] of paths.entries()) {
    const found = await readFitting(required(files[index], path), parameters, () => origin.read(path));
    Object.assign(tensors, found.tensors);
    unread.push(...found.unread);
  }
  const matched = matchWeights(parameters, tensors);
  return { ...matched, unused: [...matched.unused, ...unread], files };
}

async function readFitting(
  file: string,
  parameters: readonly Parameter[],
  read: () => Promise<Uint8Array>,
): Promise<Weights> {
  try {
    const found = readWeights(file, await read());
    const matched = matchWeights(parameters, found.tensors);
    if (Object.keys(matched.weights).length === 0) throw nothingFits(matched);
    return found;
  } catch (error) {
    throw SensoriumError.at(error, { file });
  }
}

type Weights = Pick<SafeTensors, 'tensors' | 'unread'>;

const readWeights = (file: string, bytes: Uint8Array): Weights =>
  file.toLowerCase().endsWith('.onnx') ? { tensors: modelWeights(bytes), unread: [] } : readSafeTensors(bytes);

function nothingFits({ missing, unused, misshapen }: MatchedWeights): SensoriumError {
  const shapes = misshapen.map(({ name, expected, found }) => `${name} is ${found}, not ${expected}`);
  return new SensoriumError({
    code: 'SENSORIUM_BAD_MODEL',
    message: `none of the weights fits the model${shapes.length > 0 ? `: ${shapes.slice(0, 3).join('; ')}` : ''}`,
    hint: `The model wants ${missing.slice(0, 3).join(', ')}, …; the file has ${unused.slice(0, 3).join(', ')}, ….`,
  });
}

/** What was taken of files of weights, and what was not. */
export interface StartReport extends Omit<Start, 'weights'> {
  readonly matched: readonly string[];
}

export const startReport = ({ weights, ...others }: Start): StartReport => ({
  matched: Object.keys(weights),
  ...others,
});

/** The report in a line. */
export function formatStart({ files, matched, missing, unused, misshapen }: StartReport): string {
  const listed = (names: readonly string[]): string =>
    `${names.length} (${names.slice(0, 3).join(', ')}${names.length > 3 ? ', …' : ''})`;
  return [
    `starts from ${files.join(', ')}: ${matched.length} parameters`,
    ...(missing.length ? [`not in ${files.length > 1 ? 'the files' : 'the file'}: ${listed(missing)}`] : []),
    ...(unused.length ? [`not in the model: ${listed(unused)}`] : []),
    ...(misshapen.length ? [`of another shape: ${listed(misshapen.map(({ name }) => name))}`] : []),
  ].join('; ');
}
