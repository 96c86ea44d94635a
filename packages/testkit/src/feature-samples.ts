import type { Features, SymbolicTensor, Symbols, Tensor, TensorSpecs } from '@sensorium/contracts';
import { mapEntries, randomTensor } from './graph-module.js';
import { filled } from './tensors.js';

export interface FeatureSize {
  readonly tokens: number;
  readonly dim: number;
}

export const SAMPLES = 4;

const ports = ['tokens', 'mask', 'pooled', 'present'] as const;

/** One tensor for each port of each part: `image.tokens`. */
export function featureSpecs(sizes: Readonly<Record<string, FeatureSize>>): TensorSpecs {
  return Object.fromEntries(
    Object.entries(sizes).flatMap(([name, { tokens, dim }]) => {
      const shapes = { tokens: [tokens, dim], mask: [tokens], pooled: [dim], present: [1] };
      return ports.map((port) => [`${name}.${port}`, { dtype: 'float32', shape: shapes[port] }]);
    }),
  );
}

/** The features of one part, of the symbols that `featureSpecs` names. */
export function featuresOf(x: Symbols, name: string): Features {
  const port = (own: (typeof ports)[number]): SymbolicTensor => {
    const symbol = x[`${name}.${own}`];
    if (!symbol) throw new Error(`there is no ${own} of "${name}"`);
    return symbol;
  };
  return { tokens: port('tokens'), mask: port('mask'), pooled: port('pooled'), present: port('present') };
}

/** Random content. Every input is there; the first sample has all tokens, each further one ends in more padding. */
export function featureSamples(
  sizes: Readonly<Record<string, FeatureSize>>,
  samples = SAMPLES,
): Record<string, Tensor> {
  return mapEntries(featureSpecs(sizes), ({ shape }, name) => {
    const full = [samples, ...shape];
    if (name.endsWith('.present')) return filled(full, () => 1);
    if (name.endsWith('.mask')) return paddingMask(samples, shape[0] ?? 1);
    return randomTensor(name, full);
  });
}

function paddingMask(samples: number, tokens: number): Tensor<'float32'> {
  const kept = (sample: number): number => Math.max(1, tokens - sample);
  return filled([samples, tokens], (index) => Number(index % tokens < kept(Math.floor(index / tokens))));
}
