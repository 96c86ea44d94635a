import type { SymbolicTensor } from '@sensorium/contracts';
import { logSoftmax, mean, mul, neg, oneHot, sum } from '@sensorium/graph';
import { adamw, type Optimizer } from '@sensorium/training';
import type { Product } from '../products.js';
import type { Model } from './model.js';

/** A model whose training step is timed. */
export interface TrainingModel extends Model {
  readonly description: string;
  readonly optimizer: Optimizer;
  /** The same as the peers are told of it. */
  readonly peerOptimizer: { readonly use: string; readonly [option: string]: number | string };
  readonly learningRate: number;
  /** How many steps are one run of ours. */
  readonly stepsPerRun: number;
  /** Every matrix product of one step. */
  readonly products: readonly Product[];
}

const options = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0.01 };

export const withAdamW = {
  optimizer: adamw(options),
  peerOptimizer: { use: 'adamw', ...options },
  learningRate: 1e-4,
};

export const classes = 10;

/** logits [B,classes], labels [B] → their cross-entropy, averaged. */
export function crossEntropy(logits: SymbolicTensor, labels: SymbolicTensor): SymbolicTensor {
  return neg(mean(sum(mul(logSoftmax(logits), oneHot(labels, classes)), [-1])));
}
