import { required, SensoriumError, type ResolvedManifest, type Tensors, type Trainable } from '@sensorium/contracts';
import { didYouMean } from '@sensorium/data';
import type { Parameter } from '@sensorium/graph';
import { partsOf } from '@sensorium/orchestrator';
import type { Tuning } from '@sensorium/training';
import picomatch from 'picomatch';
import { isAuxiliary } from './balance.js';

/** A part of the model as far as tuning goes. */
export interface TunedPart {
  /** In the manifest: `inputs.image` */
  readonly key: string;
  readonly trainable: Trainable;
  /** By their names below the part. */
  readonly parameters: ReadonlyMap<string, Parameter>;
}

/**
 * How each parameter is trained, as the manifest's `trainable` says; those that have weights in `start` are pretrained.
 * Throws SENSORIUM_MANIFEST_INVALID for a pattern that fits no parameter, and for adapters in a part where nothing is
 * pretrained.
 */
export function tuningsOf(manifest: ResolvedManifest, declared: readonly Parameter[], start: Tensors): Tuning[] {
  const parameters = startedFrom(start, declared);
  const tunings = new Map<Parameter, Tuning>();
  for (const part of tunedParts(manifest, parameters)) {
    checkPart(part);
    const rates = layerRates(part);
    for (const [name, parameter] of part.parameters) {
      tunings.set(parameter, tuningOf(name, parameter, part.trainable, required(rates.get(parameter), name)));
    }
  }
  return parameters.map((parameter) =>
    isAuxiliary(parameter.name) ? AUXILIARY : required(tunings.get(parameter), `the part of ${parameter.name}`),
  );
}

/** Parameters of which those that have weights in `start` are pretrained. */
export const startedFrom = (start: Tensors, declared: readonly Parameter[]): Parameter[] =>
  declared.map((one) => (one.name in start ? { ...one, pretrained: true } : one));

/** The parts of a model with their parameters. A tied input has none of its own. */
export function tunedParts(manifest: ResolvedManifest, parameters: readonly Parameter[]): TunedPart[] {
  return partsOf(manifest).map(({ key, path, trainable }): TunedPart => {
    const prefix = `${path.join('/')}/`;
    const own = parameters.filter(({ name }) => name.startsWith(prefix));
    const named = own.map((parameter) => [parameter.name.slice(prefix.length), parameter] as const);
    return { key, trainable, parameters: new Map(named) };
  });
}

/** Whatever is trained of a head: what learns from one input alone begins with nothing. */
const AUXILIARY: Tuning = { mode: 'full', rate: 1 };

type Mode = Trainable['mode'];
type Group = Exclude<Trainable['parameters'][string], string>;

/** What the last pattern that fits a name says. */
export function groupOf(name: string, { parameters }: Trainable): Group | undefined {
  const group = Object.entries(parameters).findLast(([pattern]) => picomatch.isMatch(name, pattern))?.[1];
  return typeof group === 'string' ? { mode: group, learningRate: 1 } : group;
}

function modeOf(named: Mode | undefined, { pretrained }: Parameter, mode: Mode): Exclude<Mode, 'probe'> {
  if (named !== undefined) return named === 'probe' ? (pretrained ? 'frozen' : 'full') : named;
  if (mode === 'frozen' || mode === 'full') return mode;
  if (!pretrained) return 'full';
  return mode === 'probe' ? 'frozen' : 'lora';
}

/** What stands in for a missing value lies below its input, and is no part of the encoder, whose mode it does not have. */
const isStandIn = ({ name }: Parameter): boolean => /^inputs\/[^/]+\/missing\//.test(name);

function tuningOf(name: string, parameter: Parameter, trainable: Trainable, layerRate: number): Tuning {
  const group = groupOf(name, trainable);
  const mode = modeOf(group?.mode, parameter, isStandIn(parameter) ? 'full' : trainable.mode);
  if (mode === 'frozen') return { mode };
  const { rank, alpha, learningRate } = trainable;
  const rate = learningRate * layerRate * (group?.learningRate ?? 1);
  const weightDecay = group?.weightDecay;
  return mode === 'lora' ? { mode, rate, weightDecay, rank, alpha } : { mode, rate, weightDecay };
}

/** `block1/attention` of `block1/attention/weight`, or of `block1.attention.weight`. */
const pathOf = (name: string): string => name.split(/[/.]/).slice(0, -1).join('/');

const isMatrix = ({ shape }: Parameter): boolean => shape.length > 1;

/** No layer has more matrices side by side than an attention or a recurrence. */
const MATRICES_OF_A_LAYER = 4;

/**
 * Parameters that are declared side by side are one layer. Files without paths in their names declare everything side by
 * side; there every matrix begins a layer.
 */
function layersOf({ parameters }: TunedPart): Parameter[][] {
  const groups = new Map<string, Parameter[]>();
  for (const [name, parameter] of parameters) {
    const group = groups.get(pathOf(name));
    if (group) group.push(parameter);
    else groups.set(pathOf(name), [parameter]);
  }
  const isFlat = (group: readonly Parameter[]): boolean => group.filter(isMatrix).length > MATRICES_OF_A_LAYER;
  return [...groups.values()].flatMap((group) => (isFlat(group) ? splitAtMatrices(group) : [group]));
}

function splitAtMatrices(members: readonly Parameter[]): Parameter[][] {
  const layers: Parameter[][] = [];
  for (const parameter of members) {
    const last = layers.at(-1);
    if (last && !isMatrix(parameter)) last.push(parameter);
    else layers.push([parameter]);
  }
  return layers;
}

/** Layer-wise decay (Howard & Ruder 2018): the layer that is declared last has rate 1. */
function layerRates(part: TunedPart): Map<Parameter, number> {
  const { layerDecay } = part.trainable;
  const layers = layersOf(part);
  return new Map(
    layers.flatMap((layer, index) => {
      const rate = layerDecay ** (layers.length - 1 - index);
      return layer.map((parameter) => [parameter, rate] as const);
    }),
  );
}

function checkPart({ key, trainable, parameters }: TunedPart): void {
  const invalid = (path: string, message: string, hint: string): SensoriumError =>
    new SensoriumError({ code: 'SENSORIUM_MANIFEST_INVALID', message, hint, location: { key: `${key}.${path}` } });
  const names = [...parameters.keys()];
  for (const pattern of Object.keys(trainable.parameters)) {
    if (names.some((name) => picomatch.isMatch(name, pattern))) continue;
    throw invalid(
      'trainable.parameters',
      `no parameter of ${key} fits "${pattern}".${didYouMean(pattern, names)}`,
      names.length > 0 ? `Some of its parameters: ${names.slice(0, 8).join(', ')}.` : `${key} has no parameters.`,
    );
  }
  if (trainable.mode === 'lora' && ![...parameters.values()].some(({ pretrained }) => pretrained)) {
    throw invalid(
      'trainable',
      `adapters stand beside pretrained weights, and nothing in ${key} is pretrained`,
      'Start from weights with data.weights, name parameters under trainable.parameters, or use trainable: full.',
    );
  }
}
