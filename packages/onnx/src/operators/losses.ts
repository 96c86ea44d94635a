import { operators } from './record.js';

export const losses = operators({ NegativeLogLikelihoodLoss: {}, SoftmaxCrossEntropyLoss: {} });
