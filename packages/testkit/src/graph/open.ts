import type { Dimension, Scope, Symbols, Tensor, Tensors } from '@sensorium/contracts';
import { gatherRows } from '@sensorium/tensors';
import { mapRecord, under } from '../records.js';
import { feedsOf } from './feeds.js';
import { allSamples, BATCH, INPUT_PREFIX, instantiate, type GraphModule, type Instance } from './module.js';
import { someWeights } from './random.js';
import { openGraph } from './run-graph.js';

export interface RunChoices {
  /** The numbers of the samples that make the batch. Default: all, in their order. */
  readonly of?: readonly number[];
  /** Values in place of the module's samples. Default none. */
  readonly with?: Tensors;
  /** Another seed gives other random values. Default `noise` */
  readonly seed?: string;
}

/** Computes a batch. Each sample is fed the same random values in every batch. */
export type Run = (choices?: RunChoices) => Promise<Record<string, Tensor>>;

export interface OpenOptions {
  /** Default: any size. */
  readonly batch?: Dimension;
  /** Default `inference` */
  readonly mode?: Scope['mode'];
  /** What of an instance is computed. Default: its outputs. */
  readonly outputs?: (instance: Instance) => Symbols;
}

/** Builds a module and loads it, with weights away from their first values, while `use` needs it. */
export async function withModule<T>(
  module: GraphModule,
  use: (run: Run, instance: Instance) => Promise<T>,
  { batch = BATCH, mode, outputs = (instance) => instance.outputs }: OpenOptions = {},
): Promise<T> {
  const instance = instantiate(module, batch, mode);
  const wanted = outputs(instance);
  const feeds = feedsOf(module, instance, Object.values(wanted), batch);
  const { parameters, followers } = instance.scope;
  return openGraph(
    wanted,
    someWeights([...parameters, ...followers.map(({ name, parameter }) => ({ ...parameter, name }))]),
    (run) =>
      use(({ of = allSamples(module), with: others = {}, seed = 'noise' } = {}) => {
        const samples = gatherRows({ ...module.samples, ...others }, Uint32Array.from(of));
        return run({ ...under(samples, INPUT_PREFIX), ...mapRecord(feeds, (feed) => feed(of, seed)) });
      }, instance),
  );
}
