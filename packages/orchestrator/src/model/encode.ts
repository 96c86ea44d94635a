import {
  required,
  SensoriumError,
  type Content,
  type Dimension,
  type Features,
  type Scope,
  type Symbols,
  type SymbolicTensor,
} from '@sensorium/contracts';
import {
  add,
  constant,
  div,
  expand,
  flatten,
  knownSize,
  maximum,
  minimum,
  mul,
  normal,
  reshape,
  sub,
  sum,
  unsqueeze,
  zeros,
  zerosLike,
} from '@sensorium/graph';
import { GIVEN } from './list-column.js';
import type { InputPart } from './parts.js';

/** Where the parameters of an input live. */
export interface InputScopes {
  readonly encoder: Scope;
  /** Of what stands in for a missing value. */
  readonly missing: Scope;
}

export interface InputValues {
  /** [B,…] for each tensor that the column feeds. */
  readonly x: Symbols;
  /** [B,1] */
  readonly present: SymbolicTensor;
  /** [B,T], 1 where a token must not be seen. */
  readonly hidden?: SymbolicTensor;
}

/** Features of an input: of one value, or of a list of them. */
export function encode(part: InputPart, scopes: InputScopes, values: InputValues): Features {
  const { many, missing } = part.settings;
  const features =
    many === null ? encodeOne(part, scopes.encoder, values) : encodeList(part, scopes.encoder, values, many);
  switch (missing) {
    case 'error':
      return features;
    case 'skip':
      return hideMissing(features);
    case 'learned':
      return standIn(features, learned(scopes.missing, features));
    case 'impute':
      return standIn(features, meansOf(scopes.missing, features));
  }
}

/** What stands at each token of an input; undefined where its encoder does not say. */
export function contentOf({ encoder, settings }: InputPart, x: Symbols): Content | undefined {
  if (settings.many === null) return encoder.content?.(x);
  const content = encoder.content?.(apart(x));
  if (!content) return undefined;
  const batch = batchOf(flagsOf(x));
  return 'ids' in content
    ? { ...content, ids: joinTokens(content.ids, batch, settings.many) }
    : { values: joinTokens(content.values, batch, settings.many) };
}

const encodeOne = ({ encoder }: InputPart, scope: Scope, { x, present, hidden }: InputValues): Features =>
  encoder.build(scope, x, present, hidden);

/** [B,N,…] → [B·N,…] through the encoder → tokens [B,N·T,D]; pooled is the mean over the values that are given. */
function encodeList(part: InputPart, scope: Scope, values: InputValues, count: number): Features {
  const given = flagsOf(values.x);
  const present = unsqueeze(mergeFirst(given), 1);
  const hidden = values.hidden && splitTokens(values.hidden, count);
  const one = part.encoder.build(scope, apart(values.x), present, hidden);
  const batch = batchOf(given);
  const together = (tokens: SymbolicTensor): SymbolicTensor => joinTokens(tokens, batch, count);
  const width = knownSize(one.pooled.shape, 1);
  const total = sum(mul(reshape(one.pooled, [batch, count, width]), unsqueeze(given, 2)), [1]);
  const number = sum(given, [1], { keep: true });
  return {
    tokens: together(one.tokens),
    mask: mul(together(mul(one.mask, present)), values.present),
    pooled: div(total, maximum(number, 1)),
    present: mul(minimum(number, 1), values.present),
    // Maps of several pictures are none of the sample.
    ...(one.grid && { grid: [count, ...one.grid] }),
    ...(one.layers && { layers: one.layers.map(together) }),
  };
}

const flagsOf = ({ [GIVEN]: flags }: Symbols): SymbolicTensor => required(flags, 'the flags of a list');
const batchOf = ({ shape }: SymbolicTensor): Dimension => required(shape[0], 'the batch');

/** The values of lists one by one, without flags. */
const apart = (x: Symbols): Symbols =>
  Object.fromEntries(Object.entries(x).flatMap(([name, one]) => (name === GIVEN ? [] : [[name, mergeFirst(one)]])));

/** [B,N,…] → [B·N,…] */
const mergeFirst = (x: SymbolicTensor): SymbolicTensor => flatten(x, 0, 2);

/** [B·N,T,…] → [B,N·T,…] */
const joinTokens = (tokens: SymbolicTensor, batch: Dimension, count: number): SymbolicTensor => {
  const [, length, ...rest] = tokens.shape.map((_, axis) => (axis === 0 ? 0 : knownSize(tokens.shape, axis)));
  return reshape(tokens, [batch, count * required(length, 'the tokens'), ...rest]);
};

/** [B,N·T] → [B·N,T] */
const splitTokens = (hidden: SymbolicTensor, count: number): SymbolicTensor => {
  const length = knownSize(hidden.shape, 1) / count;
  return mergeFirst(reshape(hidden, [batchOf(hidden), count, length]));
};

/** [B,1] of ones, with B from any tensor [B,…]. */
export function allPresent(like: SymbolicTensor): SymbolicTensor {
  return expand(constant([1], 'float32', [1, 1]), [batchOf(like), 1], like);
}

/** Without tokens and with a pooled vector of zeros where the input is missing. */
function hideMissing(features: Features): Features {
  const { mask, pooled, present } = features;
  return { ...features, mask: mul(mask, present), pooled: mul(pooled, present) };
}

/** The same features of the samples that have the input, and zeros of those that lack it, through which no gradient flows. */
export function whereThere({ settings }: InputPart, features: Features): Features {
  if (settings.missing !== 'skip') return features;
  const { tokens, present, layers, maps } = features;
  const there = (x: SymbolicTensor): SymbolicTensor =>
    mul(
      x,
      x.shape.slice(2).reduce<SymbolicTensor>((flag, _, axis) => unsqueeze(flag, axis + 2), present),
    );
  return {
    ...features,
    tokens: there(tokens),
    ...(layers && { layers: layers.map(there) }),
    ...(maps && { maps: maps.map(there) }),
  };
}

/** What a missing input is taken for: a token [D], and a pooled vector [D']. */
interface StandIn {
  readonly token: SymbolicTensor;
  readonly vector: SymbolicTensor;
}

/** One token and a vector in place of a missing input, which then counts as present. */
function standIn(features: Features, { token, vector }: StandIn): Features {
  const { tokens, mask, pooled, present } = features;
  const missing = sub(1, present);
  const length = knownSize(mask.shape, 1);
  const only = constant(Array.from({ length }, (_, index) => Number(index === 0)));
  return {
    ...features,
    tokens: add(mul(tokens, unsqueeze(present, 2)), mul(unsqueeze(missing, 2), token)),
    mask: add(mul(mask, present), mul(missing, only)),
    pooled: add(mul(pooled, present), mul(missing, vector)),
    present: add(zerosLike(present), 1),
  };
}

const learned = (scope: Scope, { tokens, pooled }: Features): StandIn => ({
  token: scope.parameter('token', [knownSize(tokens.shape, 2)], normal(0.02)),
  vector: scope.parameter('pooled', [knownSize(pooled.shape, 1)], normal(0.02)),
});

const meansOf = (scope: Scope, { tokens, mask, pooled, present }: Features): StandIn => ({
  token: runningMean(scope.at('token'), tokens, mul(mask, present)),
  vector: runningMean(scope.at('pooled'), pooled, flatten(present, 0, 2)),
});

/** So much of what was counted before still counts after a step. */
const MEMORY = 0.99;

/**
 * The mean of vectors [..,D] where `counts` [..] is 1. In training of the batch; at inference of all batches, later ones more. Sums
 * and counts are followed apart, so that a batch counts by how much of it is there, and the first of all counts in full.
 */
function runningMean(scope: Scope, vectors: SymbolicTensor, counts: SymbolicTensor): SymbolicTensor {
  const followed = (name: string, size: number, value: () => SymbolicTensor): SymbolicTensor => {
    const follows = scope.mode === 'training' ? { of: value(), momentum: MEMORY } : undefined;
    return scope.parameter(name, [size], zeros, { follows });
  };
  const axes = counts.shape.map((_, axis) => axis);
  const width = knownSize(vectors.shape, vectors.shape.length - 1);
  const total = followed('sum', width, () => sum(mul(vectors, unsqueeze(counts, axes.length)), axes));
  const count = followed('count', 1, () => reshape(sum(counts), [1]));
  // Where nothing was ever there, the sum is 0, too.
  return div(total, maximum(count, 1e-6));
}

export const cannotHide = (name: string, { settings }: InputPart, head: string): SensoriumError =>
  new SensoriumError({
    code: 'SENSORIUM_MANIFEST_INVALID',
    message: `heads.${head} hides tokens of "${name}", and the encoder ${settings.encoder} cannot leave tokens out of sight`,
    hint: 'Take an encoder that can, such as image or text, or another head.',
    location: { key: `inputs.${name}` },
  });
