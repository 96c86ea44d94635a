import { isDeepStrictEqual } from 'node:util';
import type {
  Encoder,
  EncoderPlugin,
  Features,
  Media,
  PartOptions,
  PluginFiles,
  Symbols,
  Tensors,
} from '@sensorium/contracts';
import { createRandom } from '@sensorium/data';
import { gradients, sum, mul, constantTensor } from '@sensorium/graph';
import { emptyTensor, formatShape, stack } from '@sensorium/tensors';
import { instantiate, mapEntries, randomTensor, withGraph, withModule } from '../graph-module.js';
import type { Check } from '../problem.js';
import { stream } from '../stream.js';
import { filled, isFinite, isTyped, numbersOf } from '../tensors.js';
import { isStable, type Recorder } from './definition.js';
import { weighFeatures, type FeatureModule } from './features.js';

/** An encoder with one choice of options, and media to try it with. */
export interface EncoderSubject {
  readonly plugin: EncoderPlugin;
  /** As parsed, before `learn`. */
  readonly given: PartOptions;
  /** After `learn`. */
  readonly options: PartOptions;
  /** New copies every time: what one check does to them is not seen by the next. */
  readonly media: () => readonly Media[];
  readonly files?: PluginFiles;
}

export async function encoderSubject(
  plugin: EncoderPlugin,
  choice: PartOptions,
  media: () => readonly Media[],
  files?: PluginFiles,
): Promise<EncoderSubject> {
  if (media().length === 0) throw new Error('the suite needs at least one medium to try the encoder with');
  const given = plugin.options.parse(choice);
  return { plugin, given, options: (await plugin.learn?.(given, stream(media()), files)) ?? given, media, files };
}

export const encoderChecks: readonly Check<EncoderSubject>[] = [
  { name: 'learns options that the schema takes, the same every time', find: findUnstableLearning },
  { name: 'prepares the tensors that it declares', find: findWrongTensors },
  { name: 'prepares the same medium the same way, and does not change it', find: findUnstablePreparation },
  { name: 'gives notes in words', find: findWrongNotes },
  { name: 'augments as the seed says, and does not change its argument', find: findUnstableAugmentation },
  { name: 'passes on whether the input is there', find: findWrongPresence },
  { name: 'pools only the tokens that the mask keeps', find: findMaskedPooling },
  { name: 'is finite where the input is missing', find: findInfiniteWhenMissing },
];

const create = ({ plugin, options, files }: EncoderSubject): Encoder => plugin.create(options, files);

/** The name of the input that says whether a sample has the medium. */
const PRESENT = 'present';

/** Samples of a batch: enough for each to have others beside it. */
const SAMPLES = 3;

export function encoderModule(subject: EncoderSubject): FeatureModule {
  const encoder = create(subject);
  const media = subject.media();
  const prepared = Array.from({ length: Math.max(SAMPLES, media.length) }, (_, index) =>
    encoder.prepare(media[index % media.length] as Media),
  );
  return {
    inputs: { ...encoder.inputs, [PRESENT]: { dtype: 'float32', shape: [1] } },
    samples: { ...stack(prepared), [PRESENT]: filled([prepared.length, 1], () => 1) },
    build(scope, { [PRESENT]: flag, ...x }) {
      if (!flag) throw new Error('the module is built with all its inputs');
      return { ...encoder.build(scope, x, flag) };
    },
    loss: (outputs) => weighFeatures(outputs as Symbols & Features),
  };
}

async function findUnstableLearning({ plugin, given, options, media, files }: EncoderSubject): Promise<string[]> {
  if (!plugin.learn) return [];
  const before = structuredClone(given);
  const again = await plugin.learn(given, stream(media()), files);
  return [
    ...(isDeepStrictEqual(again, options) ? [] : ['learning twice from the same media gave different options']),
    ...(isDeepStrictEqual(given, before) ? [] : ['learn changes the options that it is given']),
    ...(isStable(plugin, options) ? [] : ['learned options, written as JSON and parsed, are different']),
  ];
}

function findWrongTensors(subject: EncoderSubject): string[] {
  const encoder = create(subject);
  return subject
    .media()
    .flatMap((medium, index) =>
      wrongTensors(encoder.prepare(medium), encoder).map((problem) => `medium ${index}: ${problem}`),
    );
}

function wrongTensors(tensors: Tensors, { inputs }: Encoder): string[] {
  const unknown = Object.keys(tensors).filter((name) => !(name in inputs));
  const wrong = Object.entries(inputs).flatMap(([name, { dtype, shape }]) => {
    const tensor = tensors[name];
    if (tensor && isTyped(tensor, dtype, [1, ...shape])) return [];
    const given = tensor ? `${tensor.dtype} ${formatShape(tensor.shape)} of ${tensor.data.length} values` : 'nothing';
    return [`"${name}" is declared as ${dtype} ${formatShape([1, ...shape])}, and prepared as ${given}`];
  });
  return [...wrong, ...unknown.map((name) => `"${name}" is prepared and not declared in inputs`)];
}

/** In another order, by another instance: nothing may be left over from the media before. */
function findUnstablePreparation(subject: EncoderSubject): string[] {
  const media = subject.media();
  const before = structuredClone(media);
  const encoder = create(subject);
  const first = media.map((medium) => encoder.prepare(medium));
  const other = create(subject);
  const second = media
    .toReversed()
    .map((medium) => other.prepare(medium))
    .reverse();
  const unstable = first.flatMap((tensors, index) =>
    isDeepStrictEqual(tensors, second[index]) ? [] : [`medium ${index} is prepared differently the second time`],
  );
  return isDeepStrictEqual(media, before) ? unstable : [...unstable, 'prepare changes the medium that it is given'];
}

function findWrongNotes(subject: EncoderSubject): string[] {
  const encoder = create(subject);
  return subject.media().flatMap((medium, index) => {
    const [notes, again] = [encoder.notes?.(medium) ?? [], encoder.notes?.(medium) ?? []];
    const isText = notes.every((note) => typeof note === 'string' && note.length > 0);
    return isText && isDeepStrictEqual(notes, again)
      ? []
      : [`the notes of medium ${index} are empty or not always the same`];
  });
}

/** Random variants differ in rare cases only, so several are made. */
const VARIANTS = 8;

function findUnstableAugmentation(subject: EncoderSubject): string[] {
  const encoder = create(subject);
  const variants = (sample: Tensors): Tensors[] => {
    const random = createRandom(1, 'augmentation');
    return Array.from({ length: VARIANTS }, () => encoder.augment?.(sample, random) ?? sample);
  };
  return subject.media().flatMap((medium, index) => {
    const sample = encoder.prepare(medium);
    const before = structuredClone(sample);
    const [first, second] = [variants(sample), variants(sample)];
    return [
      ...(isDeepStrictEqual(first, second) ? [] : [`medium ${index}: one seed gave two variants`]),
      ...(isDeepStrictEqual(sample, before) ? [] : [`medium ${index}: augment changes its argument`]),
      ...first
        .flatMap((variant) => wrongTensors(variant, encoder))
        .map((problem) => `medium ${index}, augmented: ${problem}`),
    ];
  });
}

async function findWrongPresence(subject: EncoderSubject): Promise<string[]> {
  const module = encoderModule(subject);
  const count = module.samples[PRESENT]?.shape[0] ?? 0;
  const given = filled([count, 1], (index) => index % 2);
  const { present } = await withModule(module, (run) => run({ ...module.samples, [PRESENT]: given }));
  return isDeepStrictEqual(numbersOf(present), numbersOf(given))
    ? []
    : ['`present` of the features is not what build was given'];
}

/** If pooled reads a token that the mask hides, its gradient there is not 0. */
async function findMaskedPooling(subject: EncoderSubject): Promise<string[]> {
  const module = encoderModule(subject);
  const count = module.samples[PRESENT]?.shape[0] ?? 0;
  const { outputs, parameters } = instantiate(module, count);
  const { tokens, mask, pooled } = outputs as Symbols & Features;
  const weights = constantTensor(randomTensor('pooled', pooled.shape.map(Number)));
  const [gradient = tokens] = gradients(sum(mul(pooled, weights)), [tokens]);
  const found = await withGraph({ gradient, mask }, parameters, (run) => run(module.samples));
  const width = Number(tokens.shape[2]);
  const reads = numbersOf(found['mask']).some(
    (kept, token) => kept === 0 && found['gradient']?.data.slice(token * width, (token + 1) * width).some(Boolean),
  );
  return reads ? ['pooled depends on tokens whose mask is 0'] : [];
}

async function findInfiniteWhenMissing(subject: EncoderSubject): Promise<string[]> {
  const module = encoderModule(subject);
  const nothing = mapEntries(module.inputs, (spec) => emptyTensor(spec, 2));
  const outputs = await withModule(module, (run) => run(nothing));
  return Object.entries(outputs).flatMap(([name, tensor]) =>
    isFinite(tensor) ? [] : [`${name} is not finite for an input of zeros with present = 0`],
  );
}

/** Uses everything that an encoder can do. */
export async function exerciseEncoder(
  plugin: EncoderPlugin,
  media: () => readonly Media[],
  options: PartOptions,
  record: Recorder,
  files?: PluginFiles,
): Promise<void> {
  const learned = (await plugin.learn?.(options, stream(media()), files)) ?? options;
  await plugin.learn?.(record(options, false), stream(media()), files);
  const encoder = plugin.create(record(learned, true), files);
  const random = createRandom(1, 'exercise');
  for (const medium of media()) {
    encoder.notes?.(medium);
    encoder.augment?.(encoder.prepare(medium), random);
  }
  const module = encoderModule({
    plugin: { ...plugin, create: () => encoder },
    given: options,
    options: learned,
    media,
  });
  for (const mode of ['inference', 'training'] as const) instantiate(module, SAMPLES, mode);
}
