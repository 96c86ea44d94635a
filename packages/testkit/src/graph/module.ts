import type { Dimension, Scope, Symbols, SymbolicTensor, Tensors, TensorSpecs } from '@sensorium/contracts';
import { createScope, input, type RootScope } from '@sensorium/graph';
import { mapRecord } from '../records.js';

/** What a graph is fed. */
export interface ModuleInputs {
  /** Shapes of one sample. */
  readonly inputs: TensorSpecs;
  /** Several different samples [N,…] for each of `inputs`. */
  readonly samples: Tensors;
}

/** A part as the checks see it: a graph with inputs, parameters and outputs. */
export interface GraphModule extends ModuleInputs {
  /** Where the parameters of the part live; those of others, beside it, are not its business. */
  readonly path: string;
  /** `x` holds [B,…] for each of `inputs`. */
  build(scope: Scope, x: Symbols): Symbols;
}

/** One that can be trained. */
export interface TrainedModule extends GraphModule {
  /** A scalar that depends on everything that can be learned. */
  loss(outputs: Symbols): SymbolicTensor;
}

/** A module built once. */
export interface Instance {
  readonly outputs: Symbols;
  readonly scope: RootScope;
}

/** The name of the batch dimension where its size is not known. */
export const BATCH = 'batch';

export function instantiate(module: GraphModule, batch: Dimension, mode: Scope['mode'] = 'inference'): Instance {
  const scope = createScope({ mode });
  const x = mapRecord(module.inputs, ({ dtype, shape }, name) => input(INPUT_PREFIX + name, dtype, [batch, ...shape]));
  return { outputs: module.build(scope, x), scope };
}

/** Before the names of the module's inputs: a graph may have others of its own. */
export const INPUT_PREFIX = 'input/';

/** How many samples a module has. */
export function sampleCount({ samples }: Pick<ModuleInputs, 'samples'>): number {
  const [count] = Object.values(samples).map(({ shape }) => shape[0]);
  if (count === undefined) throw new Error('a module needs at least one input');
  return count;
}

/** The numbers of all samples of a module. */
export const allSamples = (module: GraphModule): number[] =>
  Array.from({ length: sampleCount(module) }, (_, index) => index);
