import { linear, relu } from '@sensorium/graph';
import { trained } from '../products.js';
import { classes, crossEntropy, withAdamW, type TrainingModel } from './training-model.js';

const batch = 256;
const widths = [1024, 1024, 1024, classes] as const;
const layers = [
  [widths[0], widths[1]],
  [widths[1], widths[2]],
  [widths[2], widths[3]],
] as const;

export const mlp: TrainingModel = {
  name: 'mlp',
  description: `MLP ${widths.join('-')}, batch ${batch}, AdamW`,
  batch: { x: { dtype: 'float32', shape: [batch, widths[0]] }, y: { dtype: 'int32', shape: [batch] } },
  build(scope, { x, y }) {
    const logits = layers.reduce((hidden, [, columns], layer) => {
      const output = linear(scope.at(`layer${layer}`), hidden, columns);
      return layer < 2 ? relu(output) : output;
    }, x);
    return crossEntropy(logits, y);
  },
  ...withAdamW,
  stepsPerRun: 20,
  products: layers.flatMap(([inner, columns], layer) => trained({ rows: batch, inner, columns }, layer > 0)),
};
