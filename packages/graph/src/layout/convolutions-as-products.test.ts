import type { Scope, SymbolicTensor } from '@sensorium/contracts';
import { describe, expect, it } from 'vitest';
import * as g from '../index.js';
import { evaluate, numbers } from '../testing/evaluate.js';
import { relativeError, spreadTensor } from '../testing/numbers.js';
import { nodesInOrder } from '../traverse.js';
import { valueOf } from '../value.js';
import { convolutionsAsProducts } from './convolutions-as-products.js';

type Network = (scope: Scope, x: SymbolicTensor) => SymbolicTensor;

const filter = (scope: Scope, x: SymbolicTensor, channels: number, stride = 1, bias = true): SymbolicTensor =>
  g.convolution(scope, x, channels, { stride, bias });

const perChannel = (scope: Scope, name: string, x: SymbolicTensor): SymbolicTensor =>
  scope.parameter(name, [g.knownSize(x.shape, 1), 1, 1], g.uniform(1));

/** What may follow a convolution, and how many transpositions there are then up to the output. */
const networks: Readonly<Record<string, { readonly build: Network; readonly moves: number }>> = {
  'strides, and the mean of all places': {
    build: (scope, x) =>
      g.globalAveragePool(g.relu(filter(scope.at('b'), g.relu(filter(scope.at('a'), x, 4, 2)), 5, 2))),
    moves: 2,
  },
  'a residual with statistics of the batch': {
    build(scope, x) {
      const first = filter(scope.at('a'), x, 3, 1, false);
      const normal = (name: string, y: SymbolicTensor): SymbolicTensor => {
        const own = scope.at(name);
        const [scale, shift] = [own.parameter('scale', [3], g.uniform(1)), own.parameter('shift', [3], g.uniform(1))];
        return g.batchNormalizationInTraining(y, scale, shift).output;
      };
      return g.add(first, normal('m', filter(scope.at('b'), g.relu(normal('n', first)), 3, 1, false)));
    },
    moves: 2,
  },
  'kernels of 1, a number for each channel, and gates': {
    build(scope, x) {
      const y = g.convolution(scope.at('point'), filter(scope.at('a'), x, 4), 3, { kernel: 1 });
      const gated = g.mul(g.sigmoid(g.add(y, perChannel(scope, 'shift', y))), y);
      return g.where(g.greater(gated, 0.05), g.prelu(gated, perChannel(scope, 'slope', y)), 0.1);
    },
    moves: 2,
  },
  'what was there before, and a number for each sample': {
    build(scope, x) {
      const y = g.add(filter(scope.at('a'), x, 2), x);
      return g.mul(y, g.mean(x, [1, 2, 3], { keep: true }));
    },
    moves: 4,
  },
  tokens: {
    build: (scope, x) => g.transpose(g.flatten(filter(scope.at('a'), x, 3), 2), [0, 2, 1]),
    moves: 3,
  },
  'sums over the batch, and over everything': {
    build(scope, x) {
      const y = g.tanh(filter(scope.at('a'), x, 3, 2));
      return g.add(g.sum(y, [0, 2]), g.mul(g.sum(y), g.mean(y, [0], { keep: true })));
    },
    moves: 1,
  },
  'a pool in between': {
    build: (scope, x) => filter(scope.at('b'), g.maxPool(filter(scope.at('a'), x, 3), 2), 4),
    moves: 4,
  },
};

const images = [32, 2, 6, 6];
const x = g.input('x', 'float32', images);

function build(network: Network) {
  const scope = g.createScope();
  const output = network(scope, x);
  const loss = g.mean(g.mul(g.square(output), g.constantTensor(spreadTensor('float32', output.shape.map(Number), 3))));
  const weights = Object.fromEntries(
    scope.parameters.map(({ name, shape }, seed) => [name, spreadTensor('float32', shape, seed, -0.5, 0.5)]),
  );
  return { loss, output, learned: [x, ...scope.parameters.map(({ symbol }) => symbol)], weights };
}

const typesOf = (outputs: readonly SymbolicTensor[]): string[] =>
  nodesInOrder(outputs.map(valueOf)).map(({ definition }) => definition.type);

describe('convolutions as products', () => {
  it.each(Object.entries(networks))('followed by %s give the same, and the same gradients', async (_, network) => {
    const { loss, output, learned, weights } = build(network.build);
    const [ownLoss, own] = convolutionsAsProducts([loss, output], learned);
    expect(typesOf([own!]).filter((type) => type === 'Conv')).toEqual([]);
    expect(typesOf([own!]).filter((type) => type === 'Transpose')).toHaveLength(network.moves);
    const run = (root: SymbolicTensor, value: SymbolicTensor) => {
      const slopes = g.gradients(root, learned).map((slope, index) => [`slope${index}`, slope] as const);
      return evaluate({ value, ...Object.fromEntries(slopes) }, { x: spreadTensor('float32', images, 1) }, weights);
    };
    const [expected, found] = [await run(loss, output), await run(ownLoss!, own!)];
    for (const [name, tensor] of Object.entries(expected)) {
      expect(relativeError(numbers(found[name]), numbers(tensor)), name).toBeLessThan(1e-5);
    }
  });

  it('move nothing on the way back', () => {
    const { loss, learned } = build(networks['strides, and the mean of all places']!.build);
    const [own] = convolutionsAsProducts([loss], learned);
    const types = typesOf(g.gradients(own!, learned.slice(1)));
    expect(types).not.toContain('ConvTranspose');
    // The images, the loss and its gradient, and the transposed weight of one product.
    expect(types.filter((type) => type === 'Transpose').length).toBeLessThanOrEqual(4);
  });

  const kept: Readonly<Record<string, readonly number[]>> = {
    'few images': [16, 2, 6, 6],
    'images of many places': [32, 2, 24, 24],
    'more than would be kept in memory': [2048, 64, 4, 4],
  };

  it.each(Object.entries(kept))('are not made of %s', (_, shape) => {
    const scope = g.createScope();
    const output = filter(scope, g.input('x', 'float32', shape), 3);
    const [own] = convolutionsAsProducts(
      [output],
      scope.parameters.map(({ symbol }) => symbol),
    );
    expect(own).toBe(output);
  });

  it('are not made of what is not learned, of groups, or of a batch of open size', () => {
    const scope = g.createScope();
    const frozen = filter(scope.at('frozen'), x, 4);
    const grouped = g.conv(frozen, scope.parameter('weight', [4, 1, 3, 3], g.ones), { groups: 4 });
    const open = filter(scope.at('open'), g.input('x', 'float32', ['batch', 2, 6, 6]), 3);
    const learned = scope.parameters.filter(({ name }) => !name.startsWith('frozen')).map(({ symbol }) => symbol);
    expect(convolutionsAsProducts([grouped, open], learned)).toEqual([grouped, open]);
  });
});
