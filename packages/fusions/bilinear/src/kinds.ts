import { required, type Scope, type SymbolicTensor } from '@sensorium/contracts';
import { abs, add, div, linear, maximum, mul, l2Norm, reshape, sqrt, sub, sum, tanh } from '@sensorium/graph';

/** One of two inputs [B,T,D], and whether it is there [B,1,1]. */
export interface Seen {
  readonly x: SymbolicTensor;
  readonly present: SymbolicTensor;
}

interface Widths {
  readonly hidden: number;
  readonly rank: number;
}

/** x [B,1,D] and y [B,T,E] → [B,T,hidden]. */
type Joint = (scope: Scope, x: Seen, y: Seen, widths: Widths) => SymbolicTensor;

const mlb: Joint = (scope, x, y, { hidden }) =>
  mul(orOne(tanh(linear(scope.at('first'), x.x, hidden)), x), orOne(tanh(linear(scope.at('second'), y.x, hidden)), y));

const mutan: Joint = (scope, x, y, { hidden, rank }) => {
  const factor = (own: Scope, seen: Seen): SymbolicTensor =>
    orOne(linear(own.at('core'), tanh(linear(own, seen.x, hidden)), rank * hidden, { bias: false }), seen);
  return sumOfProducts(factor(scope.at('first'), x), factor(scope.at('second'), y), hidden, rank);
};

const mfb: Joint = (scope, x, y, { hidden, rank }) => {
  const factor = (own: Scope, seen: Seen): SymbolicTensor => orOne(linear(own, seen.x, rank * hidden), seen);
  const product = sumOfProducts(factor(scope.at('first'), x), factor(scope.at('second'), y), hidden, rank);
  const root = signedRoot(product);
  return div(root, maximum(l2Norm(root, [-1], { keep: true }), 1e-6));
};

export const kinds = { mlb, mutan, mfb } as const satisfies Record<string, Joint>;

/** A factor that changes nothing where its input is missing. */
const orOne = (factor: SymbolicTensor, { present }: Seen): SymbolicTensor => add(mul(factor, present), sub(1, present));

/** [B,1,rank·hidden] and [B,T,rank·hidden] → [B,T,hidden]. */
function sumOfProducts(a: SymbolicTensor, b: SymbolicTensor, hidden: number, rank: number): SymbolicTensor {
  const product = mul(a, b);
  const [batch, count] = product.shape;
  return sum(reshape(product, [required(batch, 'the batch'), required(count, 'the tokens'), rank, hidden]), [2]);
}

/** Added to what the root is taken of: near 0 its slope would be steep, and change so much that gradients were all rounding. */
const SMALL = 1e-2;

/** sign(v) √|v|, as v / √(|v| + ε). */
const signedRoot = (v: SymbolicTensor): SymbolicTensor => div(v, sqrt(add(abs(v), SMALL)));
