import type { EncodeOptions, Features, Model, Scope, Symbols, SymbolicTensor } from '@sensorium/contracts';
import { add, linear, mean, mul, normal, standardize, sub, transformerBlock, unsqueeze, zeros } from '@sensorium/graph';

export const WIDTH = 8;
const LAYERS = 3;

/** What was asked of the model, in order. */
export interface Call {
  readonly name: string;
  readonly options: EncodeOptions;
  readonly features: Features;
}

/** A transformer over series: `<name>.values` [B,T,1], `<name>.mask` [B,T], `<name>.present` [B,1]. */
export function seriesModel(scope: Scope, names: readonly string[], x: Symbols): Model & { readonly calls: Call[] } {
  const calls: Call[] = [];
  const port = (name: string, own: string): SymbolicTensor => x[`${name}.${own}`]!;
  const inputs = names.map((name) => {
    const at = scope.at('inputs', name);
    const parts = { mask: port(name, 'mask'), present: port(name, 'present') };
    return [name, { at, parts, features: encode(at, port(name, 'values'), parts) }] as const;
  });
  const one = (name: string) => Object.fromEntries(inputs)[name]!;
  return {
    calls,
    inputs: names,
    features: Object.fromEntries(inputs.map(([name, { features }]) => [name, features])),
    input: (name) => ({ x: { values: port(name, 'values') }, present: one(name).parts.present, content: undefined }),
    encode(name, options = {}) {
      const { at, parts } = one(name);
      const own = options.teacher === undefined ? at.shared() : at.follower(options.teacher);
      const features = encode(own, port(name, 'values'), parts, options.hidden);
      calls.push({ name, options, features });
      return features;
    },
    fuse() {
      throw new Error('there is no fusion');
    },
  };
}

function encode(
  scope: Scope,
  values: SymbolicTensor,
  { mask, present }: Pick<Features, 'mask' | 'present'>,
  hidden?: SymbolicTensor,
): Features {
  const count = values.shape[1] as number;
  let tokens = linear(scope.at('embed'), values, WIDTH);
  if (hidden) {
    const cover = unsqueeze(hidden, 2);
    tokens = add(mul(tokens, sub(1, cover)), mul(scope.parameter('hidden', [WIDTH], zeros), cover));
  }
  tokens = add(tokens, scope.parameter('positions', [count, WIDTH], normal(0.3)));
  const layers = Array.from({ length: LAYERS }, (_, layer) => {
    tokens = transformerBlock(scope.at(`block${layer}`), tokens, { heads: 2, mask });
    return tokens;
  });
  tokens = standardize(tokens);
  return { tokens, mask, pooled: mean(tokens, [1]), present, layers };
}
