import type { Scope, SymbolicTensor } from '@sensorium/contracts';
import {
  add,
  concat,
  conv,
  convolution,
  globalAveragePool,
  glorot,
  he,
  layerNorm,
  linear,
  matmul,
  mean,
  mul,
  relu,
  sigmoid,
  slice,
  split,
  square,
  squeeze,
  sub,
  tanh,
  transformerBlock as block,
  transpose,
  unsqueeze,
  zeros,
} from '@sensorium/graph';
import type { Model } from './model.js';

/** x of shape `input` goes through a network; the loss is its mean squared distance from y of shape `output`. */
function network(
  name: string,
  input: readonly number[],
  output: readonly number[],
  build: (scope: Scope, x: SymbolicTensor) => SymbolicTensor,
): Model {
  return {
    name,
    batch: { x: { dtype: 'float32', shape: input }, y: { dtype: 'float32', shape: output } },
    build: (scope, { x, y }) => mean(square(sub(build(scope, x), y))),
  };
}

const transformerBlock = network('transformerBlock', [3, 10, 32], [3, 10, 32], (scope, x) =>
  block(scope.at('block'), x, { heads: 4 }),
);

/** He et al. 2016 */
const residualBlock = network('residualBlock', [3, 8, 10, 10], [3, 8, 10, 10], (scope, x) => {
  const filter = (name: string, input: SymbolicTensor): SymbolicTensor =>
    convolution(scope.at(name), input, 8, { bias: false });
  const first = relu(normalized(scope.at('norm0'), filter('conv0', x)));
  return relu(add(normalized(scope.at('norm1'), filter('conv1', first)), x));
});

/** Layer normalisation over the channels of every pixel: [B,C,H,W] → [B,C,H,W]. */
function normalized(scope: Scope, x: SymbolicTensor): SymbolicTensor {
  return transpose(layerNorm(scope, transpose(x, [0, 2, 3, 1])), [0, 3, 1, 2]);
}

/** Howard et al. 2017 */
const depthwiseSeparable = network('depthwiseSeparable', [3, 8, 12, 12], [3, 5], (scope, x) => {
  const first = separable(scope.at('block0'), x, 12, 1);
  const second = separable(scope.at('block1'), first, 16, 2);
  return linear(scope.at('head'), globalAveragePool(second), 5);
});

function separable(scope: Scope, x: SymbolicTensor, channels: number, stride: number): SymbolicTensor {
  const groups = Number(x.shape[1]);
  const depthwise = scope.at('depthwise');
  const weight = depthwise.parameter('weight', [groups, 1, 3, 3], he);
  const bias = depthwise.parameter('bias', [groups], zeros);
  const filtered = relu(conv(x, weight, { stride, padding: 1, groups, bias }));
  return relu(convolution(scope.at('pointwise'), filtered, channels, { kernel: 1 }));
}

const lstm = network('lstm', [3, 7, 6], [3, 7, 10], (scope, x) => recurrent(scope.at('lstm'), x, 10));

/** Hochreiter & Schmidhuber 1997, with a forget gate: [B,T,D] → [B,T,width]. Gates: input, forget, candidate, output. */
function recurrent(scope: Scope, x: SymbolicTensor, width: number): SymbolicTensor {
  const [, length, dim] = x.shape.map(Number) as [number, number, number];
  const weight = scope.parameter('weight', [dim, 4 * width], glorot);
  const recurrence = scope.parameter('recurrent', [width, 4 * width], glorot);
  const bias = scope.parameter('bias', [4 * width], zeros);
  let hidden: SymbolicTensor | undefined;
  let cell: SymbolicTensor | undefined;
  const outputs = Array.from({ length }, (_, time) => {
    const given = add(matmul(squeeze(slice(x, 1, time, time + 1), 1), weight), bias);
    const sums = hidden ? add(given, matmul(hidden, recurrence)) : given;
    const [input, forget, candidate, output] = split(sums, Array<number>(4).fill(width)) as Gates;
    const written = mul(sigmoid(input), tanh(candidate));
    cell = cell ? add(mul(sigmoid(forget), cell), written) : written;
    hidden = mul(sigmoid(output), tanh(cell));
    return unsqueeze(hidden, 1);
  });
  return concat(outputs, 1);
}

type Gates = [SymbolicTensor, SymbolicTensor, SymbolicTensor, SymbolicTensor];

/** Whole blocks whose gradients are compared with another engine's. */
export const blocks: readonly Model[] = [transformerBlock, residualBlock, lstm, depthwiseSeparable];
