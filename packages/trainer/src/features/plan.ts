import { required, type SymbolicTensor, type Symbols, type TensorSpecs } from '@sensorium/contracts';
import { cast, inputsOf, input, replaceValues, sameValues } from '@sensorium/graph';
import { mapRecord } from '@sensorium/orchestrator';
import { batchSpecs, type BatchSpec } from '../plan/model-graph.js';
import { columnsReading } from './columns.js';
import { valuesToKeep, type FrontierOptions } from './frontier.js';
import { groupsOf, keptSpec, type FeatureGroup, type Kept, type Precision } from './groups.js';

export interface FeaturePlanOptions extends FrontierOptions {
  readonly precision: Precision;
}

/**
 * Where the frozen part of a model ends and training begins. What is before is computed once for each sample, what is
 * after it reads the kept features instead.
 */
export interface FeaturePlan {
  readonly batchSize: number;
  readonly precision: Precision;
  readonly groups: readonly FeatureGroup[];
  /** Of one sample, of all groups. */
  readonly specs: TensorSpecs;
  /** What a batch of the training program consists of: features, and what is still read beside them. */
  readonly batch: Readonly<Record<string, BatchSpec>>;
  /** Of those, the tensors that are no features, and the keys of the columns that they belong to. */
  readonly tensors: readonly string[];
  readonly columns: ReadonlySet<string>;
  /**
   * Outputs of a graph over `fed` (what the whole model is fed of such a batch), made from `given` instead: features by their
   * names, and inputs where they are still read.
   */
  fromFeatures(outputs: readonly SymbolicTensor[], fed: Symbols, given: Symbols): SymbolicTensor[];
}

/** Null where nothing is frozen, or nothing frozen is before what is trained. */
export function planFeatures(options: FeaturePlanOptions, batchSize: number): FeaturePlan | null {
  const { parts, precision } = options;
  const { kept, training } = valuesToKeep(options, batchSize);
  if (kept.length === 0) return null;
  const specs = Object.fromEntries(kept.map(({ name, value }) => [name, keptSpec(value, precision)]));
  const features = mapRecord(specs, ({ dtype, shape }) => ({ dtype, shape: [batchSize, ...shape] }));
  const symbols = mapRecord(features, ({ dtype, shape }, name) => input(name, dtype, shape));
  const fromFeatures = standInFor(kept);
  const losses = [...Object.values(training.losses), ...Object.values(training.scope.losses)];
  const read = inputsOf(fromFeatures(losses, training.fed, { ...training.fed, ...symbols }));
  const whole = Object.entries(batchSpecs(parts, batchSize)).filter(([name]) => read.has(name));
  return {
    batchSize,
    precision,
    groups: groupsOf(kept, parts, precision),
    specs,
    batch: { ...Object.fromEntries(whole), ...features },
    tensors: whole.map(([name]) => name),
    columns: columnsReading(read, parts),
    fromFeatures,
  };
}

function standInFor(kept: readonly Kept[]): FeaturePlan['fromFeatures'] {
  return (outputs, fed, given) => {
    const values = sameValues(
      kept.map(({ value }) => value),
      outputs,
    );
    const features = kept.flatMap(({ name }, index) => {
      const value = values[index];
      return value ? [{ value, stand: cast(required(given[name], name), 'float32') }] : [];
    });
    const inputs = Object.entries(fed).flatMap(([name, value]) => {
      const stand = given[name];
      return stand ? [{ value, stand }] : [];
    });
    const pairs = [...features, ...inputs];
    return replaceValues(
      outputs,
      pairs.map(({ value }) => value),
      pairs.map(({ stand }) => stand),
    );
  };
}
