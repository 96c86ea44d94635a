import { operators } from './record.js';
import { sameAsFirst } from './rules/shapes.js';

export const random = operators({
  Bernoulli: { infer: sameAsFirst },
  Multinomial: {},
  RandomNormal: {},
  RandomNormalLike: { infer: sameAsFirst },
  RandomUniform: {},
  RandomUniformLike: { infer: sameAsFirst },
});
