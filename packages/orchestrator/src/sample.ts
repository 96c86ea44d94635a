import { SensoriumError, type Encoder, type MediaSource, type Tensor, type Tensors } from '@sensorium/contracts';
import { emptyTensor, formatShape } from '@sensorium/tensors';
import { didYouMean } from '@sensorium/data';
import { mayBeMissing, presentName, tensorName } from './model/build.js';
import type { InputPart, Parts } from './model/parts.js';
import type { Platform } from './platform.js';

/** What one sample is made of: a value for each input; undefined, null and '' are missing. */
export type Sample = Readonly<Record<string, MediaSource | null | undefined>>;

export type OnNote = (input: string, note: string) => void;

interface PrepareOptions {
  readonly signal?: AbortSignal;
  readonly onNote?: OnNote;
}

/** Decodes and prepares one sample → the model's tensors, [1,…] each. */
export async function prepareSample(
  parts: Parts,
  platform: Platform,
  sample: Sample,
  options: PrepareOptions,
): Promise<Record<string, Tensor>> {
  const names = Object.keys(parts.inputs);
  for (const name of Object.keys(sample)) if (!names.includes(name)) throw unknownInput(name, names);
  const prepared = await Promise.all(
    Object.entries(parts.inputs).map(([name, part]) => prepareInput(name, part, platform, sample[name], options)),
  );
  return Object.assign({}, ...prepared) as Record<string, Tensor>;
}

async function prepareInput(
  name: string,
  part: InputPart,
  platform: Platform,
  source: MediaSource | null | undefined,
  options: PrepareOptions,
): Promise<Tensors> {
  const present = source !== undefined && source !== null && source !== '';
  if (!present && !mayBeMissing(part)) throw missingInput(name);
  const tensors = present ? await prepareSource(name, part, platform, source, options) : absent(part);
  const named = Object.entries(tensors).map(([tensor, value]) => [tensorName(name, tensor, part), value] as const);
  return Object.fromEntries(mayBeMissing(part) ? [...named, [presentName(name), flag(present)]] : named);
}

async function prepareSource(
  name: string,
  { encoder, modality }: InputPart,
  platform: Platform,
  source: MediaSource,
  { signal, onNote }: PrepareOptions,
): Promise<Tensors> {
  try {
    const media = await platform.decode(modality, source, undefined, signal);
    if (onNote) encoder.notes?.(media).forEach((note) => onNote(name, note));
    return declared(encoder, encoder.prepare(media));
  } catch (error) {
    throw SensoriumError.at(error, { key: name });
  }
}

/** The tensors that an encoder declares. One of another shape would shift its neighbours' numbers in a batch. */
function declared({ inputs }: Encoder, tensors: Tensors): Tensors {
  for (const [name, { dtype, shape }] of Object.entries(inputs)) {
    const tensor = tensors[name];
    if (tensor?.dtype === dtype && String(tensor.shape) === String([1, ...shape])) continue;
    const given = tensor ? `${tensor.dtype} ${formatShape(tensor.shape)}` : 'nothing';
    throw new SensoriumError({
      code: 'SENSORIUM_SHAPE',
      message: `the encoder prepared ${given} as "${name}", and declares ${dtype} ${formatShape([1, ...shape])}`,
      hint: 'This is an error of the plugin.',
    });
  }
  return tensors;
}

/** What stands for a missing value: zeros [1,…]. */
export function absent({ encoder }: InputPart): Tensors {
  return Object.fromEntries(Object.entries(encoder.inputs).map(([tensor, spec]) => [tensor, emptyTensor(spec, 1)]));
}

const flag = (present: boolean): Tensor => ({
  dtype: 'float32',
  shape: [1, 1],
  data: Float32Array.of(Number(present)),
});

const missingInput = (name: string): SensoriumError =>
  new SensoriumError({
    code: 'SENSORIUM_MISSING_INPUT',
    message: `the input "${name}" is missing or empty`,
    hint: `Give a value for "${name}", or train with "missing: skip" or "missing: learned" for this input.`,
    location: { key: name },
  });

const unknownInput = (name: string, names: readonly string[]): SensoriumError =>
  new SensoriumError({
    code: 'SENSORIUM_UNKNOWN_INPUT',
    message: `the model has no input "${name}".${didYouMean(name, names)}`,
    hint: `Its inputs: ${names.join(', ')}.`,
    location: { key: name },
  });
