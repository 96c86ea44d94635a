import {
  required,
  type Content,
  type Encoder,
  type Features,
  type Scope,
  type SymbolicTensor,
  type Symbols,
} from '@sensorium/contracts';
import {
  add,
  cast,
  div,
  greater,
  linear,
  maximum,
  mul,
  normal,
  reshape,
  slice,
  squeeze,
  sub,
  sum,
  tanh,
  transpose,
  unsqueeze,
} from '@sensorium/graph';

/** How a sample of an input lies. */
export interface Layout {
  readonly tokens: number;
  readonly grid?: readonly [height: number, width: number];
  /** What it says that stands at a token: the values themselves, or one of two ids that are made of them. */
  readonly content: 'values' | 'ids';
}

/** Numbers of a token, and the width of what the encoder makes of them. */
export const WIDTH = 16;

/**
 * A small encoder with everything that an objective may ask for: it hides tokens, says their content, and gives a grid, two
 * layers and maps. It is fed `values` [B,T,16] and `kept` [B,T], 1 where there is a token.
 *
 *   h¹ = tanh(x W + b),   h² = tanh((h¹ + mean of h¹) V + c),   pooled = mean of h²         (means over the tokens there)
 *
 * A hidden token's x is a learned vector. What is fed at padding reaches its own token, which the mask hides, and nothing else.
 */
export const kitEncoder = ({ tokens: count, grid, content }: Layout): Encoder => ({
  kept: {
    values: { dtype: 'float32', shape: [count, WIDTH] },
    kept: { dtype: 'float32', shape: [count] },
  },
  prepare: () => {
    throw new Error('the suite feeds tensors');
  },
  hides: true,
  build(scope, x, present, hidden): Features {
    const values = symbolOf(x, 'values');
    const mask = mul(symbolOf(x, 'kept'), present);
    const seen = hidden ? hide(scope, values, unsqueeze(hidden, 2)) : values;
    const first = tanh(linear(scope.at('first'), seen, WIDTH));
    const second = tanh(linear(scope.at('second'), add(first, unsqueeze(meanOf(first, mask), 1)), WIDTH));
    const pooled = meanOf(second, mask);
    return {
      ...{ tokens: second, mask, pooled, present },
      layers: [first, second],
      ...(grid && { grid, maps: mapsOf(mul(second, unsqueeze(mask, 2)), pooled, grid) }),
    };
  },
  content: (x): Content => {
    const values = symbolOf(x, 'values');
    return content === 'values' ? { values } : { ids: signOf(values), count: 2 };
  },
});

const symbolOf = (x: Symbols, name: string): SymbolicTensor => required(x[name], `"${name}"`);

function hide(scope: Scope, values: SymbolicTensor, hidden: SymbolicTensor): SymbolicTensor {
  const instead = scope.parameter('hidden', [WIDTH], normal(1));
  return add(mul(values, sub(1, hidden)), mul(hidden, instead));
}

/** int64 [B,T]: 1 where the first of a token's numbers is positive. */
const signOf = (values: SymbolicTensor): SymbolicTensor =>
  cast(greater(squeeze(slice(values, 2, 0, 1), 2), 0), 'int64');

function meanOf(tokens: SymbolicTensor, mask: SymbolicTensor): SymbolicTensor {
  return div(sum(mul(tokens, unsqueeze(mask, 2)), [1]), maximum(sum(mask, [1], { keep: true }), 1));
}

/** One place of a whole, and then one for each token: [B,D,1,1], [B,D,H,W]. */
function mapsOf(tokens: SymbolicTensor, pooled: SymbolicTensor, grid: readonly number[]): SymbolicTensor[] {
  const batch = required(tokens.shape[0], 'the batch');
  return [reshape(pooled, [batch, WIDTH, 1, 1]), reshape(transpose(tokens, [0, 2, 1]), [batch, WIDTH, ...grid])];
}
