import {
  required,
  SensoriumError,
  type IO,
  type Modality,
  type Source,
  type Tensor,
  type Tensors,
} from '@sensorium/contracts';
import { didYouMean } from '@sensorium/data';
import { formatShape } from '@sensorium/tensors';
import { mapRecord, type InputPart, type Parts } from './model/parts.js';
import { own } from './own.js';
import { absent, fedSpecs, mayBeMissing, presentName, tensorName } from './model/tensors.js';

/**
 * What one sample is made of: a value for each input, for an input of several columns an object by their names, for one of many
 * values a list; undefined, null, '' and [] are missing.
 */
export type Sample = Readonly<Record<string, Source | null | undefined>>;

export type OnNote = (input: string, note: string) => void;

/** Hears a value as it was decoded for an input, which `modality.show` makes visible; each of a list of them. */
export type OnValue = (input: string, value: unknown, modality: Modality) => void;

interface PrepareOptions {
  /** The inputs that are read. Default: all. */
  readonly inputs?: readonly string[];
  readonly io: IO;
  readonly onNote?: OnNote;
  readonly onValue?: OnValue;
}

/** Decodes and prepares one sample → the model's tensors, [1,…] each. */
export async function sampleTensors(
  parts: Parts,
  sample: Sample,
  options: PrepareOptions,
): Promise<Record<string, Tensor>> {
  const all = Object.keys(parts.inputs);
  for (const name of Object.keys(sample)) if (!all.includes(name)) throw unknownInput(name, all);
  const { inputs = all } = options;
  const prepared = await Promise.all(
    inputs.map((name) => prepareInput(name, required(parts.inputs[name], name), own(sample, name), options)),
  );
  const isMissing = (name: string, at: number): boolean => prepared[at]?.[presentName(name)]?.data[0] === 0;
  if (inputs.length > 1 && inputs.every(isMissing)) throw allMissing(inputs);
  return Object.assign({}, ...prepared) as Record<string, Tensor>;
}

async function prepareInput(
  name: string,
  part: InputPart,
  source: Source | null | undefined,
  options: PrepareOptions,
): Promise<Tensors> {
  const tensors = isPresent(source) ? await prepareGiven(name, part, source, options) : undefined;
  if (!tensors && !mayBeMissing(part)) throw missingInput(name);
  const named = Object.entries(tensors ?? absent(part)).map(
    ([tensor, value]) => [tensorName(name, tensor, part), value] as const,
  );
  return Object.fromEntries(mayBeMissing(part) ? [...named, [presentName(name), flag(tensors !== undefined)]] : named);
}

/** Undefined where the file of an input that may be missing is not there. */
async function prepareGiven(
  name: string,
  part: InputPart,
  source: Source,
  options: PrepareOptions,
): Promise<Tensors | undefined> {
  try {
    return await prepareSource(name, part, source, options);
  } catch (error) {
    if (!isAbsentFile(part, error)) throw error;
    options.onNote?.(name, `is taken as missing: ${error.message}`);
    return undefined;
  }
}

/** Whether an error says no more than that an input is missing which may be. */
const isAbsentFile = (part: InputPart, error: unknown): error is SensoriumError =>
  mayBeMissing(part) && SensoriumError.is(error) && error.code === 'SENSORIUM_NOT_FOUND';

/** An empty text and an empty list are no values. */
function isPresent(source: Source | null | undefined): source is Source {
  const isEmpty = source === '' || (Array.isArray(source) && source.length === 0);
  return source !== undefined && source !== null && !isEmpty;
}

/** What was given for an input, decoded as people see it: nothing where it is missing, several values of one that takes many. */
export async function sampleValues(part: InputPart, source: Source | null | undefined, io: IO): Promise<unknown[]> {
  if (!isPresent(source)) return [];
  try {
    const value = await decodeSource(part, source, io);
    return part.settings.many === null ? [value] : (value as unknown[]).slice(0, part.settings.many);
  } catch (error) {
    if (isAbsentFile(part, error)) return [];
    throw error;
  }
}

async function prepareSource(
  name: string,
  part: InputPart,
  source: Source,
  { io, onNote, onValue }: PrepareOptions,
): Promise<Tensors> {
  const { column, modality } = part;
  try {
    const value = await decodeSource(part, source, io);
    if (onValue)
      for (const one of part.settings.many === null ? [value] : (value as unknown[])) onValue(name, one, modality);
    if (onNote) column.notes?.(value).forEach((note) => onNote(name, note));
    const kept = declared(column.prepare(value), column.kept);
    return column.view ? declared(column.view.draw(kept, null), fedSpecs(column)) : kept;
  } catch (error) {
    throw SensoriumError.at(error, { key: name });
  }
}

/** The value that an input's column prepares: of an input of many values, a list. */
export async function decodeSource(part: InputPart, source: Source, io: IO): Promise<unknown> {
  const { modality, encoder, settings } = part;
  const decode = (item: Source): Promise<unknown> => modality.decode(item, io, encoder.needs);
  if (settings.many === null) return decode(source);
  const items: readonly Source[] = Array.isArray(source) ? source : [source];
  const values = await Promise.all(items.slice(0, settings.many).map(decode));
  // The others are cut off: they are counted, and never read.
  values.length = items.length;
  return values;
}

/** The tensors that a column declares. One of another shape would shift its neighbours' numbers in a batch. */
function declared(tensors: Tensors, specs: ReturnType<typeof fedSpecs>): Tensors {
  return mapRecord(specs, ({ dtype, shape }, name) => {
    const tensor = own(tensors, name);
    if (tensor?.dtype === dtype && String(tensor.shape) === String([1, ...shape])) return tensor;
    const given = tensor ? `${tensor.dtype} ${formatShape(tensor.shape)}` : 'nothing';
    throw new SensoriumError({
      code: 'SENSORIUM_SHAPE',
      message: `the encoder prepared ${given} as "${name}", and declares ${dtype} ${formatShape([1, ...shape])}`,
      hint: 'This is an error of the plugin.',
    });
  });
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
    hint: `Give a value for "${name}", or train with "missing" as skip, learned or impute for this input.`,
    location: { key: name },
  });

const allMissing = (names: readonly string[]): SensoriumError =>
  new SensoriumError({
    code: 'SENSORIUM_MISSING_INPUT',
    message: `every input is missing or empty: ${names.join(', ')}`,
    hint: 'Give a value for one of them at least.',
  });

const unknownInput = (name: string, names: readonly string[]): SensoriumError =>
  new SensoriumError({
    code: 'SENSORIUM_UNKNOWN_INPUT',
    message: `the model has no input "${name}".${didYouMean(name, names)}`,
    hint: `Its inputs: ${names.join(', ')}.`,
    location: { key: name },
  });
