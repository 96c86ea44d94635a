import {
  SensoriumError,
  required,
  type Explained,
  type Session,
  type SymbolicTensor,
  type Symbols,
  type Tensor,
} from '@sensorium/contracts';
import { didYouMean } from '@sensorium/data';
import { reshape } from '@sensorium/graph';
import type { OpenModel } from '../load.js';
import { createParts, mapRecord, type InputPart, type Parts } from '../model/parts.js';
import { mayBeMissing } from '../model/tensors.js';
import { modelWeights } from '../model/weights.js';
import { own } from '../own.js';
import type { Platform } from '../platform.js';
import { readPluginFiles, type PluginReading } from '../plugin-files.js';

/** A model that is built again to be explained: its own graph, with its own weights, in which every input can be hidden. */
export interface Explainable {
  readonly name: string;
  readonly parts: Parts;
  readonly weights: Readonly<Record<string, Tensor>>;
  readonly head: string;
  readonly explained: Explained;
  /** Inputs that training never hid: what the model says without them it never learned. */
  readonly neverMissing: readonly string[];
  load(model: Uint8Array): Promise<Session>;
}

export interface ExplainableOptions {
  /** Default: the first that can be explained. */
  readonly head?: string;
  /** How files are read that lie elsewhere than beside the model. Default: anew. */
  readonly reading?: PluginReading;
}

/**
 * Throws SENSORIUM_UNKNOWN_KEY for a head that the model does not have, SENSORIUM_USAGE for one that cannot be explained, and what
 * reading the files throws that parts are built from.
 */
export async function openExplainable(
  model: OpenModel,
  platform: Platform,
  { head, reading }: ExplainableOptions = {},
): Promise<Explainable> {
  const { manifest, plugins, base, folder, use, options } = model;
  const name = head ?? firstExplained(model.parts);
  const explained = explainedOf(name, model.parts);
  const files = await readPluginFiles({ manifest, plugins }, base, platform, reading);
  const parts = createParts(manifest, plugins, files);
  return {
    name: manifest.name,
    parts: { ...parts, inputs: mapRecord(parts.inputs, hideable) },
    weights: modelWeights(folder.model),
    head: name,
    explained,
    neverMissing: Object.keys(parts.inputs).filter((input) => !mayBeMissing(required(parts.inputs[input], input))),
    load: (bytes) => use.load(bytes, options),
  };
}

/** As `missing: skip` would have it. */
const hideable = (part: InputPart): InputPart =>
  mayBeMissing(part) ? part : { ...part, settings: { ...part.settings, missing: 'skip' } };

function firstExplained(parts: Parts): string {
  const [found] = explainedHeads(parts);
  if (found !== undefined) return found;
  throw new SensoriumError({
    code: 'SENSORIUM_USAGE',
    message: `no head of this model can be explained: ${Object.keys(parts.heads).join(', ')}`,
    hint: 'Explanations are of answers that are numbers, such as those of classification and regression.',
  });
}

const explainedHeads = ({ heads }: Parts): string[] =>
  Object.entries(heads).flatMap(([name, { head }]) => (head.explained ? [name] : []));

function explainedOf(name: string, parts: Parts): Explained {
  const part = own(parts.heads, name);
  if (!part) throw noSuchHead(name, Object.keys(parts.heads));
  if (part.head.explained) return part.head.explained;
  const others = explainedHeads(parts);
  throw new SensoriumError({
    code: 'SENSORIUM_USAGE',
    message: `the head "${name}" (${part.settings.use}) cannot be explained: no number says its answer`,
    hint: others.length > 0 ? `Heads that can be: ${others.join(', ')}.` : 'No other head of this model can be.',
    location: { key: `heads.${name}` },
  });
}

const noSuchHead = (name: string, heads: readonly string[]): SensoriumError =>
  new SensoriumError({
    code: 'SENSORIUM_UNKNOWN_KEY',
    message: `the model has no head "${name}".${didYouMean(name, heads)}`,
    hint: `Its heads: ${heads.join(', ')}.`,
  });

/** The place of a number that is asked for by name. Throws SENSORIUM_UNKNOWN_KEY for one that there is not. */
export function placeOf(output: string, { head, explained: { names = [] } }: Explainable): number {
  const place = names.indexOf(output);
  if (place >= 0) return place;
  throw new SensoriumError({
    code: 'SENSORIUM_UNKNOWN_KEY',
    message: `the head "${head}" has no answer "${output}".${didYouMean(output, names)}`,
    hint: names.length > 0 ? `Its answers: ${names.join(', ')}.` : 'Its answer is one number, without a name.',
  });
}

/** The numbers that can be explained, of the outputs of the head's answer: [B,N]. */
export function explainedNumbers(
  outputs: Symbols,
  { head, explained: { output, names = [''] } }: Explainable,
): SymbolicTensor {
  const numbers = required(outputs[output], `the output "${output}" of "${head}", which it says is explained,`);
  return reshape(numbers, [required(numbers.shape[0], 'the batch'), names.length]);
}
