import { required, type Features, type Symbols, type SymbolicTensor, type Tensor } from '@sensorium/contracts';
import type { ModuleInputs } from './graph/module.js';
import { randomTensor } from './graph/random.js';
import { filled } from './tensors.js';

export interface FeatureSize {
  readonly tokens: number;
  readonly dim: number;
}

const ports = ['tokens', 'mask', 'pooled', 'present'] as const;

/** A tensor for each port of features of several parts: `image.tokens`. The content is random, and every part is there. */
export function featureInputs(sizes: Readonly<Record<string, FeatureSize>>, count: number): ModuleInputs {
  const all = Object.entries(sizes).flatMap(([name, size]) =>
    ports.map((port) => ({ name: `${name}.${port}`, port, size })),
  );
  return {
    inputs: Object.fromEntries(
      all.map(({ name, port, size }) => [name, { dtype: 'float32', shape: shapeOf(port, size) }]),
    ),
    samples: Object.fromEntries(all.map(({ name, port, size }) => [name, sampleOf(name, port, size, count)])),
  };
}

type Port = (typeof ports)[number];

const shapeOf = (port: Port, { tokens, dim }: FeatureSize): readonly number[] =>
  ({ tokens: [tokens, dim], mask: [tokens], pooled: [dim], present: [1] })[port];

function sampleOf(name: string, port: Port, size: FeatureSize, count: number): Tensor {
  const shape = [count, ...shapeOf(port, size)];
  if (port === 'present') return filled(shape, () => 1);
  return port === 'mask' ? paddingMask(count, size.tokens) : randomTensor(name, shape);
}

/** [N,T]: the first sample has all tokens, each further one ends in more padding, and each has one at least. */
export function paddingMask(count: number, tokens: number): Tensor<'float32'> {
  const kept = (sample: number): number => Math.max(1, tokens - (sample % tokens));
  return filled([count, tokens], (index) => Number(index % tokens < kept(Math.floor(index / tokens))));
}

/** The features of one part, of the symbols that `featureInputs` names. */
export function featuresOf(x: Symbols, name: string): Features {
  const port = (own: Port): SymbolicTensor => required(x[`${name}.${own}`], `${own} of "${name}"`);
  return { tokens: port('tokens'), mask: port('mask'), pooled: port('pooled'), present: port('present') };
}
