import { SensoriumError, type ResolvedManifest, type Tensors } from '@sensorium/contracts';
import { sha256 } from '@sensorium/data';
import { type Parameter } from '@sensorium/graph';
import { matchWeights, readSafeTensors, type MatchedWeights, type SafeTensors } from '@sensorium/tensors';
import { modelWeights } from '@sensorium/orchestrator';
import type { Origin } from '../host.js';

/** Weights to start from, and the files they come from. */
export interface Start extends MatchedWeights {
  readonly files: readonly string[];
  /** SHA-256 of the files. */
  readonly hash: string;
}

/** The files that `data.weights` names. */
export const filesOfWeights = ({ weights }: ResolvedManifest['data']): readonly string[] =>
  weights === undefined ? [] : [weights].flat();

/** Reads the files that `data.weights` names; throws what reading throws. */
export async function readFilesOfWeights(paths: readonly string[], origin: Origin): Promise<FilesOfWeights> {
  const files: { file: string; bytes: Uint8Array }[] = [];
  for (const path of paths) files.push({ file: origin.pathOf(path), bytes: await origin.read(path) });
  const hashes = await Promise.all(files.map(({ bytes }) => sha256(bytes)));
  return { files, hash: await sha256(hashes.join()) };
}

interface FilesOfWeights extends Pick<Start, 'hash'> {
  readonly files: readonly { readonly file: string; readonly bytes: Uint8Array }[];
}

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
  const { files, hash } = await readFilesOfWeights(paths, origin);
  const read = files.map(({ file, bytes }) => fitting(file, bytes, parameters));
  const tensors = Object.assign({}, ...read.map((weights) => weights.tensors)) as Tensors;
  const matched = matchWeights(parameters, tensors);
  const unused = [...matched.unused, ...read.flatMap(({ unread }) => unread)];
  return { ...matched, unused, files: files.map(({ file }) => file), hash };
}

/** The weights of a file, if any of them fits. */
function fitting(file: string, bytes: Uint8Array, parameters: readonly Parameter[]): Weights {
  try {
    const weights = readWeights(file, bytes);
    const matched = matchWeights(parameters, weights.tensors);
    if (Object.keys(matched.weights).length === 0) throw nothingFits(matched);
    return weights;
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
export interface StartReport extends Omit<Start, 'weights' | 'hash'> {
  readonly matched: readonly string[];
}

export const startReport = ({ weights, hash, ...others }: Start): StartReport => ({
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
