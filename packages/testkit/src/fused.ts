import { required, type FusionPlugin, type Symbols, type Tensor, type Tensors } from '@sensorium/contracts';
import { createScope } from '@sensorium/graph';
import type { z } from 'zod';
import { someWeights } from './graph/random.js';
import { runGraph } from './graph/run-graph.js';
import { featureInputs, tensor } from './reference.js';

/** How many tokens an input has, and how wide they are. */
export type InputSize = readonly [tokens: number, dim: number];

export interface Fused {
  /** tokens, mask, pooled and present, of inputs of the graph: `image.tokens` and so on. */
  readonly features: Symbols;
  /** Of all parameters, not at their first values. */
  readonly weights: Tensors;
  /** The features of samples. */
  readonly run: (samples: Tensors) => Promise<Record<Port, Tensor>>;
}

type Port = 'tokens' | 'mask' | 'pooled' | 'present';

/** A fusion of inputs of such sizes, to compare with its formula. */
export function fuse<Schema extends z.ZodObject>(
  plugin: FusionPlugin<Schema>,
  options: z.input<Schema>,
  inputs: Readonly<Record<string, InputSize>>,
): Fused {
  const scope = createScope();
  const parts = Object.fromEntries(
    Object.entries(inputs).map(([name, [tokens, dim]]) => [name, featureInputs(name, tokens, dim)]),
  );
  const { tokens, mask, pooled, present } = plugin.create(plugin.options.parse(options), new Map()).build(scope, parts);
  const features = { tokens, mask, pooled, present };
  const weights = someWeights(scope.parameters);
  return {
    features,
    weights,
    run: (samples) => runGraph(features, samples, weights),
  };
}

/** What is pooled of inputs, a vector for each sample; null where it is missing, with numbers that nobody must see. */
export function pooledSamples(inputs: Readonly<Record<string, readonly (readonly number[] | null)[]>>): Tensors {
  return Object.fromEntries(
    Object.entries(inputs).flatMap(([name, vectors]) => {
      const dim = required(
        vectors.find((vector) => vector !== null),
        `a vector of "${name}"`,
      ).length;
      const pooled = vectors.flatMap((vector) => vector ?? new Array<number>(dim).fill(7));
      const present = vectors.map((vector) => (vector ? 1 : 0));
      return [
        [`${name}.pooled`, tensor([vectors.length, dim], ...pooled)],
        [`${name}.present`, tensor([vectors.length, 1], ...present)],
      ];
    }),
  );
}
