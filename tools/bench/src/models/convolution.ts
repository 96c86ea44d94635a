import { convolution as convolutionLayer, globalAveragePool, linear, relu } from '@sensorium/graph';
import { trained } from '../products.js';
import { classes, crossEntropy, withAdamW, type TrainingModel } from './training-model.js';

const [batch, size] = [64, 32];
const channels = [3, 32, 64, 128] as const;
const layers = [
  [channels[0], channels[1]],
  [channels[1], channels[2]],
  [channels[2], channels[3]],
] as const;

export const convolution: TrainingModel = {
  name: 'convolution',
  description: `3×3 convolutions ${channels.join('→')}, stride 2, on ${size}×${size}, batch ${batch}, AdamW`,
  batch: {
    x: { dtype: 'float32', shape: [batch, channels[0], size, size] },
    y: { dtype: 'int32', shape: [batch] },
  },
  build(scope, { x, y }) {
    const images = layers.reduce(
      (input, [, columns], layer) => relu(convolutionLayer(scope.at(`layer${layer}`), input, columns, { stride: 2 })),
      x,
    );
    return crossEntropy(linear(scope.at('head'), globalAveragePool(images), classes), y);
  },
  ...withAdamW,
  stepsPerRun: 20,
  products: [
    ...layers.flatMap(([inner, columns], layer) => {
      const places = (size / 2 ** (layer + 1)) ** 2;
      return trained({ rows: batch * places, inner: 9 * inner, columns }, layer > 0);
    }),
    ...trained({ rows: batch, inner: channels[3], columns: classes }),
  ],
};
