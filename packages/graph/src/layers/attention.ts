import { SensoriumError, type Scope, type SymbolicTensor } from '@sensorium/contracts';
import { add } from '../operators/arithmetic.js';
import { standardize } from '../operators/normalization.js';
import { scaledDotProductAttention } from '../operators/scaled-dot-product.js';
import { concat, reshape, transpose, unsqueeze } from '../operators/shaping.js';
import { knownSize } from '../shape.js';
import { dropout } from './dropout.js';
import { linear, mlp } from './linear.js';

export interface AttentionOptions {
  /** Must divide dim. */
  heads: number;
  /** [B,S]: 1 where the context has a token, 0 elsewhere. Default: everywhere. */
  mask?: SymbolicTensor;
  /** Width of the result. Default: that of the query. */
  dim?: number;
}

/** Multi-head scaled dot-product attention (Vaswani et al. 2017): query [B,T,D], context [B,S,E] → [B,T,dim]. */
export function attention(
  scope: Scope,
  query: SymbolicTensor,
  context: SymbolicTensor,
  { heads, mask, dim = knownSize(query.shape, -1) }: AttentionOptions,
): SymbolicTensor {
  if (dim % heads !== 0) {
    throw new SensoriumError({
      code: 'SENSORIUM_SHAPE',
      message: `${heads} heads do not divide the width ${dim}`,
      hint: `Each head has an equal share of the width: make it a multiple of ${heads}, or choose another number of heads.`,
    });
  }
  const width = dim / heads;
  const project = (name: string, x: SymbolicTensor): SymbolicTensor => {
    // A bias of the keys would add the same to all scores of a query, which softmax takes away again.
    const projected = linear(scope.at(name), x, dim, { bias: name !== 'key' });
    return transpose(reshape(projected, [...x.shape.slice(0, 2), heads, width]), [0, 2, 1, 3]);
  };
  const attended = scaledDotProductAttention(
    project('query', query),
    project('key', context),
    project('value', context),
    {
      mask: mask && unsqueeze(unsqueeze(mask, 1), 1),
    },
  );
  const merged = reshape(transpose(attended, [0, 2, 1, 3]), [...query.shape.slice(0, 2), dim]);
  return linear(scope.at('output'), merged, dim);
}

export interface CrossBlockOptions {
  heads: number;
  /** [B,S]: 1 where the context has a token, 0 elsewhere. Default: everywhere. */
  mask?: SymbolicTensor;
  /** Hidden width of the MLP as a multiple of D. Default 4 */
  expansion?: number;
  /** In training, 0…1. Default 0 */
  dropout?: number;
}

export interface BlockOptions extends Omit<CrossBlockOptions, 'mask'> {
  /** Standardized tokens [B,S,D] that are attended to as well, and stay as they are. */
  context?: SymbolicTensor;
  /** [B,T], with a context [B,T+S]: 1 where there is a token. */
  mask?: SymbolicTensor;
}

/**
 * Pre-norm transformer block (Xiong et al. 2020): x + attention(norm x, [norm x; context]), then x + mlp(norm x);
 * [B,T,D] → [B,T,D].
 */
export function transformerBlock(
  scope: Scope,
  x: SymbolicTensor,
  { context, ...options }: BlockOptions,
): SymbolicTensor {
  const normal = standardize(x);
  return attentionBlock(scope, { x, normal, seen: context ? concat([normal, context], 1) : normal }, options);
}

/**
 * Pre-norm block whose tokens do not see each other (Tsai et al. 2019): x + attention(norm x, context), then x + mlp(norm x);
 * x [B,T,D], a standardized context [B,S,E] → [B,T,D]. Its parameters are those of `transformerBlock`.
 */
export function crossAttentionBlock(
  scope: Scope,
  x: SymbolicTensor,
  context: SymbolicTensor,
  options: CrossBlockOptions,
): SymbolicTensor {
  return attentionBlock(scope, { x, normal: standardize(x), seen: context }, options);
}

interface Asking {
  readonly x: SymbolicTensor;
  /** x, standardized. */
  readonly normal: SymbolicTensor;
  readonly seen: SymbolicTensor;
}

function attentionBlock(
  scope: Scope,
  { x, normal, seen }: Asking,
  { heads, mask, expansion = 4, dropout: rate = 0 }: CrossBlockOptions,
): SymbolicTensor {
  const dim = knownSize(x.shape, -1);
  const attended = attention(scope.at('attention'), normal, seen, { heads, mask });
  const middle = add(x, dropout(scope, attended, rate));
  const thought = mlp(scope.at('mlp'), standardize(middle), expansion * dim, dim, { dropout: rate });
  return add(middle, dropout(scope, thought, rate));
}
