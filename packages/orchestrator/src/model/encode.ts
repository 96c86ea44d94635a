import {
  required,
  SensoriumError,
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
  if (missing === 'skip') return hideMissing(features);
  return missing === 'learned' ? standIn(scopes.missing, features) : features;
}

const encodeOne = ({ encoder }: InputPart, scope: Scope, { x, present, hidden }: InputValues): Features =>
  encoder.build(scope, x, present, hidden);

/** [B,N,…] → [B·N,…] through the encoder → tokens [B,N·T,D]; pooled is the mean over the values that are given. */
function encodeList(part: InputPart, scope: Scope, values: InputValues, count: number): Features {
  const { [GIVEN]: flags, ...x } = values.x;
  const given = required(flags, 'the flags of a list');
  const apart = Object.fromEntries(Object.entries(x).map(([name, symbol]) => [name, mergeFirst(symbol)]));
  const present = unsqueeze(mergeFirst(given), 1);
  const hidden = values.hidden && splitTokens(values.hidden, count);
  const one = part.encoder.build(scope, apart, present, hidden);
  const batch = required(given.shape[0], 'the batch');
  const length = knownSize(one.mask.shape, 1);
  const together = (tokens: SymbolicTensor): SymbolicTensor =>
    reshape(tokens, [batch, count * length, knownSize(tokens.shape, 2)]);
  const width = knownSize(one.pooled.shape, 1);
  const total = sum(mul(reshape(one.pooled, [batch, count, width]), unsqueeze(given, 2)), [1]);
  const number = sum(given, [1], { keep: true });
  return {
    tokens: together(one.tokens),
    mask: mul(reshape(mul(one.mask, present), [batch, count * length]), values.present),
    pooled: div(total, maximum(number, 1)),
    present: mul(minimum(number, 1), values.present),
    ...(one.layers && { layers: one.layers.map(together) }),
  };
}

/** [B,N,…] → [B·N,…] */
const mergeFirst = (x: SymbolicTensor): SymbolicTensor => flatten(x, 0, 2);

/** [B,N·T] → [B·N,T] */
const splitTokens = (hidden: SymbolicTensor, count: number): SymbolicTensor => {
  const length = knownSize(hidden.shape, 1) / count;
  return mergeFirst(reshape(hidden, [required(hidden.shape[0], 'the batch'), count, length]));
};

/** [B,1] of ones, with B from any tensor [B,…]. */
export function allPresent(like: SymbolicTensor): SymbolicTensor {
  return expand(constant([1], 'float32', [1, 1]), [required(like.shape[0], 'the batch'), 1], like);
}

/** Without tokens and with a pooled vector of zeros where the input is missing. */
function hideMissing(features: Features): Features {
  const { mask, pooled, present } = features;
  return { ...features, mask: mul(mask, present), pooled: mul(pooled, present) };
}

/** One learned token in place of a missing input, which then counts as present. */
function standIn(scope: Scope, features: Features): Features {
  const { tokens, mask, pooled, present } = features;
  const missing = sub(1, present);
  const token = scope.parameter('token', [knownSize(tokens.shape, 2)], normal(0.02));
  const vector = scope.parameter('pooled', [knownSize(pooled.shape, 1)], normal(0.02));
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

export const cannotHide = (name: string, { settings }: InputPart, head: string): SensoriumError =>
  new SensoriumError({
    code: 'SENSORIUM_MANIFEST_INVALID',
    message: `heads.${head} hides tokens of "${name}", and the encoder ${settings.encoder} cannot leave tokens out of sight`,
    hint: 'Take an encoder that can, such as image or text, or another head.',
    location: { key: `inputs.${name}` },
  });
