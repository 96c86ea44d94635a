import { SensoriumError, type ResolvedManifest, type Tensors } from '@sensorium/contracts';
import type { Parameter } from '@sensorium/graph';
import { adaptable, unlearnableMatrices, type Tuning } from '@sensorium/training';
import picomatch from 'picomatch';
import type { WholeModel } from './model-graph.js';
import type { Start } from './start.js';
import { groupOf, startedFrom, tunedParts, type TunedPart } from './tuning.js';

/** Throws SENSORIUM_MANIFEST_INVALID where adapters are asked for and none can stand: by a pattern, or in a whole part. */
export function checkAdapters(
  manifest: ResolvedManifest,
  { answers, losses, scope }: WholeModel,
  start: Tensors,
): void {
  const { parameters: declared } = scope;
  const outputs = [answers, losses, scope.losses].flatMap((symbols) => Object.values(symbols));
  const fitting = new Set(adaptable(outputs, declared).map(({ name }) => name));
  for (const part of tunedParts(manifest, startedFrom(start, declared))) {
    const check = (names: readonly string[], key: string, what: string): void => {
      const parameters = names.flatMap((name) => part.parameters.get(name) ?? []);
      if (names.length > 0 && !parameters.some(({ name }) => fitting.has(name))) throw noAdapter(names, key, what);
    };
    for (const pattern of patternsOf(part)) {
      const names = [...part.parameters.keys()].filter((name) => picomatch.isMatch(name, pattern));
      check(names, `${part.key}.trainable.parameters`, `what "${pattern}" fits in ${part.key}`);
    }
    check(adaptedByMode(part), `${part.key}.trainable`, `what is pretrained in ${part.key}`);
  }
}

/** Those that ask for adapters. */
const patternsOf = ({ trainable }: TunedPart): string[] =>
  Object.entries(trainable.parameters).flatMap(([pattern, group]) =>
    (typeof group === 'string' ? group : group.mode) === 'lora' ? [pattern] : [],
  );

/** The parameters that the part's mode gives adapters, and no pattern another mode. */
function adaptedByMode({ trainable, parameters }: TunedPart): string[] {
  if (trainable.mode !== 'lora') return [];
  return [...parameters].flatMap(([name, { pretrained }]) =>
    pretrained && groupOf(name, trainable)?.mode === undefined ? [name] : [],
  );
}

const noAdapter = (names: readonly string[], key: string, what: string): SensoriumError =>
  new SensoriumError({
    code: 'SENSORIUM_MANIFEST_INVALID',
    message: `no adapter can stand beside ${what}: ${names.slice(0, 3).join(', ')}${names.length > 3 ? ', …' : ''}`,
    hint: 'Adapters are for factors of MatMul and Gemm and for 1×1 convolutions. For other parameters there are full and frozen.',
    location: { key },
  });

/**
 * Throws SENSORIUM_BAD_MODEL where weights to start from have another shape than a frozen parameter: it would keep the values
 * that it was drawn with.
 */
export function checkFrozen({ misshapen }: Start, parameters: readonly Parameter[], tunings: readonly Tuning[]): void {
  const frozen = new Set(parameters.flatMap(({ name }, at) => (tunings[at]?.mode === 'frozen' ? [name] : [])));
  const [first] = misshapen.filter(({ name }) => frozen.has(name));
  if (!first) return;
  throw new SensoriumError({
    code: 'SENSORIUM_BAD_MODEL',
    message: `${first.name} is frozen and has another shape in the weights to start from: ${first.found}, not ${first.expected}`,
    hint: 'Give the part the options that it was trained with, or take its trainable away, so that it learns anew.',
    location: { key: 'data.weights' },
  });
}

/** What an input's file holds that looks as if it were trained, and is not: weights of another type than float32. */
export function unlearnedNotes({ inputs }: ResolvedManifest, { graph }: WholeModel): string[] {
  return Object.entries(inputs).flatMap(([name, { trainable, tied }]) => {
    if (tied !== null || trainable.mode === 'frozen' || trainable.mode === 'probe') return [];
    const { tokens, pooled } = graph.features(name);
    const matrices = unlearnableMatrices([tokens, pooled]);
    if (matrices.length === 0) return [];
    const types = [...new Set(matrices.map(({ dtype }) => dtype))].join(' and ');
    return [
      `matrices of ${types} in the file of inputs.${name} stay as they are (${matrices.length}): only float32 weights are trained`,
    ];
  });
}
