import type { Features, Scope, Symbols, SymbolicTensor } from '@sensorium/contracts';
import { add, constantTensor, mul, sum, unsqueeze } from '@sensorium/graph';
import { formatShape } from '@sensorium/tensors';
import { BATCH, instantiate, randomTensor, withModule, type GraphModule } from '../graph-module.js';
import type { Check } from '../problem.js';
import { numbersOf } from '../tensors.js';

/** A module whose outputs are `Features`. */
export interface FeatureModule extends GraphModule {
  build(scope: Scope, x: Symbols): Symbols & Features;
}

/** What encoders and fusions owe to whoever reads their features. */
export const featureChecks: readonly Check<FeatureModule>[] = [
  { name: 'gives features: tokens [B,T,D], mask [B,T], pooled [B,D], present [B,1]', find: findWrongPorts },
  { name: 'gives a mask of zeros and ones', find: findUnclearMask },
];

function findWrongPorts(module: FeatureModule): string[] {
  const outputs = instantiate(module, BATCH).outputs as Symbols & Features;
  const [tokens, dim] = outputs.tokens.shape.slice(1);
  const expected = { tokens: [BATCH, tokens, dim], mask: [BATCH, tokens], pooled: [BATCH, dim], present: [BATCH, 1] };
  const sizes = [tokens, dim].every((size) => typeof size === 'number')
    ? []
    : [`tokens ${formatShape(outputs.tokens.shape)} has sizes that are not known`];
  const wrong = Object.entries(expected).flatMap(([name, shape]) => {
    const symbol = outputs[name];
    if (symbol?.dtype === 'float32' && symbol.shape.join() === shape.join()) return [];
    const given = symbol ? `${symbol.dtype} ${formatShape(symbol.shape)}` : 'missing';
    return [`${name} is ${given}, not float32 [${shape.join(',')}]`];
  });
  return [...sizes, ...wrong];
}

async function findUnclearMask(module: FeatureModule): Promise<string[]> {
  const { mask, present } = await withModule(module, (run) => run(module.samples));
  return Object.entries({ mask, present }).flatMap(([name, tensor]) =>
    numbersOf(tensor).every((value) => value === 0 || value === 1) ? [] : [`${name} has other values than 0 and 1`],
  );
}

/** A weighted sum of pooled and of the tokens that the mask keeps: no two features count alike. */
export function weighFeatures({ tokens, mask, pooled }: Features): SymbolicTensor {
  const weigh = (name: string, x: SymbolicTensor): SymbolicTensor => {
    const weights = randomTensor(name, x.shape.map(Number));
    return sum(mul(x, constantTensor(weights)));
  };
  return add(weigh('loss/pooled', pooled), weigh('loss/tokens', mul(tokens, unsqueeze(mask, 2))));
}
