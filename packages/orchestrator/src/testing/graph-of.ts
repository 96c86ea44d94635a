import {
  required,
  type Manifest,
  type Plugin,
  type SymbolicTensor,
  type Symbols,
  type Tensors,
} from '@sensorium/contracts';
import { createScope, input, type RootScope } from '@sensorium/graph';
import { mapRecord, modelInputs, openGraph, type ModelGraph, type Parts } from '../index.js';
import { plugins, resolveParts } from './small-model.js';

export interface BuiltGraph {
  readonly parts: Parts;
  readonly scope: RootScope;
  readonly x: Symbols;
  readonly graph: ModelGraph;
}

/** The graph of a manifest for batches of `batch`, in which nothing is built yet. */
export async function graphOf(
  manifest: Manifest,
  batch: number,
  atHand: readonly Plugin[] = plugins,
): Promise<BuiltGraph> {
  const { parts } = await resolveParts(manifest, atHand);
  const scope = createScope();
  const x = mapRecord(modelInputs(parts), ({ dtype, shape }, name) => input(name, dtype, [batch, ...shape]));
  return { parts, scope, x, graph: openGraph(parts, scope, x) };
}

/** The symbol of a parameter. */
export const symbolOf = ({ parameters }: RootScope, name: string): SymbolicTensor =>
  required(
    parameters.find((parameter) => parameter.name === name),
    name,
  ).symbol;

/** The names of what is declared, in order. */
export const declared = ({ parameters }: RootScope): string[] => parameters.map(({ name }) => name);

/** How many numbers they are. */
export const size = ({ parameters }: RootScope): number =>
  parameters.reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0);

/** Tensors whose names have another beginning. */
export const renamed = (tensors: Tensors, from: string, to: string): Tensors =>
  Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name.replace(from, to), tensor]));
