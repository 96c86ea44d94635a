import { linear, mean, transformerBlock } from '@sensorium/graph';
import { trained, type Product } from '../products.js';
import { classes, crossEntropy, withAdamW, type TrainingModel } from './training-model.js';

const [batch, tokens, width, heads] = [32, 64, 256, 4];
const layers = [0, 1, 2, 3] as const;

const rows = batch * tokens;
const projection: Product = { rows, inner: width, columns: width };

/** Pre-norm encoder on vectors, which are averaged for the head. */
export const transformer: TrainingModel = {
  name: 'transformer',
  description: `encoder of ${layers.length} layers, width ${width}, ${heads} heads, ${tokens} tokens, batch ${batch}, AdamW`,
  batch: { x: { dtype: 'float32', shape: [batch, tokens, width] }, y: { dtype: 'int32', shape: [batch] } },
  build(scope, { x, y }) {
    const encoded = layers.reduce((input, layer) => transformerBlock(scope.at(`block${layer}`), input, { heads }), x);
    return crossEntropy(linear(scope.at('head'), mean(encoded, [1]), classes), y);
  },
  ...withAdamW,
  stepsPerRun: 4,
  products: [
    ...layers.flatMap((layer) => [
      // Query, key and value. What the first layer is given has no gradient.
      ...trained(projection, layer > 0),
      ...trained(projection, layer > 0),
      ...trained(projection, layer > 0),
      ...trained({ stack: batch * heads, rows: tokens, inner: width / heads, columns: tokens }),
      ...trained({ stack: batch * heads, rows: tokens, inner: tokens, columns: width / heads }),
      ...trained(projection),
      ...trained({ rows, inner: width, columns: 4 * width }),
      ...trained({ rows, inner: 4 * width, columns: width }),
    ]),
    ...trained({ rows: batch, inner: width, columns: classes }),
  ],
};
