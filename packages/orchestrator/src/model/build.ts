import {
  SensoriumError,
  type Features,
  type Scope,
  type Symbols,
  type SymbolicTensor,
  type TensorSpecs,
} from '@sensorium/contracts';
import { add, constant, expand, mul, normal, sub, unsqueeze, zerosLike } from '@sensorium/graph';
import { mapRecord, type InputPart, type Parts } from './parts.js';

/**
 * The tensors that feed a model, one sample's shapes. An encoder's only tensor is called like its input (`image`),
 * several are `image.pixels`, `image.size`; an input that may be missing has `image.present` [1] beside it.
 */
export function modelInputs(parts: Parts): TensorSpecs {
  return Object.fromEntries(
    Object.entries(parts.inputs).flatMap(([name, part]) => [
      ...Object.entries(part.encoder.inputs).map(([tensor, spec]) => [tensorName(name, tensor, part), spec] as const),
      ...(mayBeMissing(part) ? [[presentName(name), { dtype: 'float32', shape: [1] }] as const] : []),
    ]),
  );
}

export const mayBeMissing = (part: InputPart): boolean => part.settings.missing !== 'error';
export const presentName = (input: string): string => `${input}.present`;
export const tensorName = (input: string, tensor: string, { encoder }: InputPart): string =>
  Object.keys(encoder.inputs).length === 1 ? input : `${input}.${tensor}`;

/** What each part made of the model's inputs. */
export interface Model {
  readonly features: Readonly<Record<string, Features>>;
  readonly fused: Features;
  readonly outputs: Readonly<Record<string, Symbols>>;
}

/** Builds the whole model: encoders, fusion, heads. `x` holds [B,…] for each of `modelInputs`. */
export function buildModel(parts: Parts, scope: Scope, x: Symbols): Model {
  const features = mapRecord(parts.inputs, (part, name) =>
    buildAt(scope.at('inputs', name), (own) => encode(part, name, own, x)),
  );
  const fused = buildAt(scope.at('fusion'), (own) => parts.fusion.build(own, features));
  const outputs = mapRecord(parts.heads, ({ head }, name) =>
    buildAt(scope.at('heads', name), (own) => head.build(own, fused)),
  );
  return { features, fused, outputs };
}

/** Errors say which part they come from: `inputs.question`. */
function buildAt<T>(scope: Scope, build: (scope: Scope) => T): T {
  try {
    return build(scope);
  } catch (error) {
    throw SensoriumError.at(error, { key: scope.path.replaceAll('/', '.') });
  }
}

function encode(part: InputPart, name: string, scope: Scope, x: Symbols): Features {
  const own = Object.fromEntries(
    Object.keys(part.encoder.inputs).map((tensor) => [tensor, symbol(x, tensorName(name, tensor, part))]),
  );
  const [first] = Object.values(own);
  if (!first) throw new Error(`the encoder of "${name}" declares no tensors`);
  const present = mayBeMissing(part) ? symbol(x, presentName(name)) : allPresent(first);
  const features = part.encoder.build(scope, own, present);
  if (part.settings.missing === 'skip') return hideMissing(features);
  if (part.settings.missing === 'learned') return standIn(scope.at('missing'), features);
  return features;
}

function symbol(x: Symbols, name: string): SymbolicTensor {
  const value = x[name];
  if (!value) throw new Error(`the model was given no tensor "${name}"`);
  return value;
}

/** [B,1] of ones, with B from any tensor [B,…]. */
function allPresent(like: SymbolicTensor): SymbolicTensor {
  return expand(constant([1], 'float32', [1, 1]), [like.shape[0] ?? 1, 1], like);
}

/** Without tokens and with a pooled vector of zeros where the input is missing. */
function hideMissing({ tokens, mask, pooled, present }: Features): Features {
  return { tokens, mask: mul(mask, present), pooled: mul(pooled, present), present };
}

/** One learned token in place of a missing input, which then counts as present. */
function standIn(scope: Scope, { tokens, mask, pooled, present }: Features): Features {
  const dim = Number(tokens.shape.at(-1));
  const missing = sub(1, present);
  const token = scope.parameter('token', [dim], normal(0.02));
  const vector = scope.parameter('pooled', [Number(pooled.shape.at(-1))], normal(0.02));
  const only = constant(Array.from({ length: Number(mask.shape.at(-1)) }, (_, index) => Number(index === 0)));
  return {
    tokens: add(mul(tokens, unsqueeze(present, 2)), mul(unsqueeze(missing, 2), token)),
    mask: add(mul(mask, present), mul(missing, only)),
    pooled: add(mul(pooled, present), mul(missing, vector)),
    present: add(zerosLike(present), 1),
  };
}
