import type { Features, Fusion } from '@sensorium/contracts';
import { add, concat, linear, maximum, mul } from '@sensorium/graph';
import { WIDTH } from './encoder.js';

/** The tokens of all parts one after the other, each part through a layer of its own; pooled is the sum of those there. */
export const kitFusion: Fusion = {
  build(scope, parts): Features {
    const all = Object.entries(parts).map(([name, { tokens, mask, pooled, present }]) => ({
      tokens: linear(scope.at(name, 'tokens'), tokens, WIDTH),
      mask: mul(mask, present),
      pooled: mul(linear(scope.at(name, 'pooled'), pooled, WIDTH), present),
      present,
    }));
    return {
      tokens: concat(
        all.map(({ tokens }) => tokens),
        1,
      ),
      mask: concat(all.map(({ mask }) => mask)),
      pooled: all.map(({ pooled }) => pooled).reduce(add),
      present: all.map(({ present }) => present).reduce(maximum),
    };
  },
};
