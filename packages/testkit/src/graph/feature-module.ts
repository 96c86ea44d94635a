import type { Features, Scope, SymbolicTensor, Symbols } from '@sensorium/contracts';
import { add, constantTensor, mul, sum, unsqueeze } from '@sensorium/graph';
import { below } from '../records.js';
import type { ModuleInputs, TrainedModule } from './module.js';
import { randomTensor } from './random.js';

/** A module that gives features. */
export interface FeatureModule extends TrainedModule {
  features(scope: Scope, x: Symbols): Features;
}

/** Where the part lives that a module consists of. */
const PATH = 'module';

/** A module of a part whose features are `outputs` under their names, layers and maps as `layers.0`, `maps.0`. */
export function featureModule(
  { inputs, samples }: ModuleInputs,
  build: (scope: Scope, x: Symbols) => Features,
): FeatureModule {
  const features = (scope: Scope, x: Symbols): Features => build(scope.at(PATH), x);
  return {
    inputs,
    samples,
    path: PATH,
    features,
    build: (scope, x) => outputsOf(features(scope, x)),
    loss: weighFeatures,
  };
}

function outputsOf({ tokens, mask, pooled, present, layers = [], maps = [] }: Features): Symbols {
  return { tokens, mask, pooled, present, ...numbered('layers', layers), ...numbered('maps', maps) };
}

const numbered = (name: string, list: readonly SymbolicTensor[]): Symbols =>
  Object.fromEntries(list.map((symbol, index) => [`${name}.${index}`, symbol]));

/** A weighted sum of all that is given, but for tokens that the mask hides: no two features count alike. */
function weighFeatures(outputs: Symbols): SymbolicTensor {
  const { tokens, mask, pooled } = outputs as Symbols & Features;
  const masked = (layer: SymbolicTensor): SymbolicTensor => mul(layer, unsqueeze(mask, 2));
  return [
    pooled,
    ...[tokens, ...Object.values(below(outputs, 'layers.'))].map(masked),
    ...Object.values(below(outputs, 'maps.')),
  ]
    .map((x, index) => sum(mul(x, constantTensor(randomTensor(`loss/${index}`, x.shape.map(Number))))))
    .reduce(add);
}
