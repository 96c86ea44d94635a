import type { Scope, SymbolicTensor } from '@sensorium/contracts';
import {
  add,
  batchNormalizationInTraining,
  conv,
  convolution,
  globalAveragePool,
  glorot,
  he,
  linear,
  lstm as runLstm,
  mean,
  ones,
  relu,
  square,
  squeeze,
  sub,
  transformerBlock as block,
  transpose,
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

/** Batch normalisation with the statistics of the batch: [B,C,H,W] → [B,C,H,W]. */
function normalized(scope: Scope, x: SymbolicTensor): SymbolicTensor {
  const channels = Number(x.shape[1]);
  const [scale, shift] = [scope.parameter('scale', [channels], ones), scope.parameter('shift', [channels], zeros)];
  return batchNormalizationInTraining(x, scale, shift).output;
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

/** Hochreiter & Schmidhuber 1997, with a forget gate: [B,T,D] → [B,T,width]. Gates: input, output, forget, candidate. */
function recurrent(scope: Scope, x: SymbolicTensor, width: number): SymbolicTensor {
  const dim = Number(x.shape[2]);
  const weight = scope.parameter('weight', [1, 4 * width, dim], glorot);
  const recurrence = scope.parameter('recurrent', [1, 4 * width, width], glorot);
  const bias = scope.parameter('bias', [1, 8 * width], zeros);
  const { hidden } = runLstm(transpose(x, [1, 0, 2]), weight, recurrence, { bias });
  return transpose(squeeze(hidden, 1), [1, 0, 2]);
}

/** Whole blocks whose gradients are compared with another engine's. */
export const blocks: readonly Model[] = [transformerBlock, residualBlock, lstm, depthwiseSeparable];
