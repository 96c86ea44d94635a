import { linear, mean, transformerBlock } from '@sensorium/graph';
import { trained, type Product } from '../products.js';
import { classes, crossEntropy, withAdamW, type TrainingModel } from './training-model.js';

const [batch, tokens, width, heads] = [32, 64, 256, 4];

const rows = batch * tokens;
const projection: Product = { rows, inner: width, columns: width };

/** Pre-norm encoder of so many layers on vectors, which are averaged for the head. */
const encoder = (depth: number): TrainingModel => {
  const layers = Array.from({ length: depth }, (_, layer) => layer);
  return {
    name: 'transformer',
    description: `encoder of ${depth} layers, width ${width}, ${heads} heads, ${tokens} tokens, batch ${batch}, AdamW`,
    batch: { x: { dtype: 'float32', shape: [batch, tokens, width] }, y: { dtype: 'int32', shape: [batch] } },
    build(scope, { x, y }) {
      const encoded = layers.reduce((input, layer) => transformerBlock(scope.at(`block${layer}`), input, { heads }), x);
      return crossEntropy(linear(scope.at('head'), mean(encoded, [1]), classes), y);
    },
    ...withAdamW,
    stepsPerRun: 4,
    products: [...layers.flatMap(productsOf), ...trained({ rows: batch, inner: width, columns: classes })],
  };
};

const productsOf = (layer: number): Product[] => [
  // Query, key and value. What the first layer is given has no gradient.
  ...trained(projection, layer > 0),
  ...trained(projection, layer > 0),
  ...trained(projection, layer > 0),
  ...trained({ stack: batch * heads, rows: tokens, inner: width / heads, columns: tokens }),
  ...trained({ stack: batch * heads, rows: tokens, inner: tokens, columns: width / heads }),
  ...trained(projection),
  ...trained({ rows, inner: width, columns: 4 * width }),
  ...trained({ rows, inner: 4 * width, columns: width }),
];

export const transformer = encoder(4);
export const deepTransformer = encoder(8);
