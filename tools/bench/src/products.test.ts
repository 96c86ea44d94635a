import { createScope, floatingPointOperations, gradients, input } from '@sensorium/graph';
import { expect, it } from 'vitest';
import { mlp } from './models/mlp.js';
import { transformer } from './models/transformer.js';
import { totalOperations } from './products.js';

// Convolutions are left out: their graph does not consist of matrix products alone.
it.each([mlp, transformer])('$name: the products of the floor are those of the graph', (model) => {
  const { batch, products } = model;
  const scope = createScope();
  const x = input('x', batch.x.dtype, batch.x.shape);
  const y = input('y', batch.y.dtype, batch.y.shape);
  const loss = model.build(scope, { x, y });
  // Gradients of biases are sums, which a large tensor has made by a product with ones.
  const symbols = scope.parameters.flatMap(({ symbol }) => (symbol.shape.length > 1 ? [symbol] : []));
  expect(totalOperations(products)).toBe(floatingPointOperations([loss, ...gradients(loss, symbols)]));
});
