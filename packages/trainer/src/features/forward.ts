import type { ResolvedManifest, SymbolicTensor, Symbols, Tensors } from '@sensorium/contracts';
import { createScope, frozenFrontier, input, type FrontierValue, type Parameter } from '@sensorium/graph';
import { buildModel, mapRecord, modelInputs, outputName, type InputPart, type Parts } from '@sensorium/orchestrator';
import { tuningsOf } from '../tuning.js';
import { tensorsOf } from './groups.js';

export interface FeaturePlanOptions {
  readonly manifest: ResolvedManifest;
  readonly parts: Parts;
  readonly batchSize: number;
  /** Weights to start from, by name. */
  readonly start: Tensors;
}

export interface ForwardGraph {
  readonly x: Symbols;
  readonly outputs: readonly SymbolicTensor[];
  readonly names: readonly string[];
  readonly parameters: readonly Parameter[];
}

/** The model over one batch. In training, noise is an input like others. */
export function forwardGraph(parts: Parts, batchSize: number, isTraining: boolean): ForwardGraph {
  const noise = (shape: readonly number[]): SymbolicTensor => input('noise', 'uint8', shape);
  const scope = createScope(isTraining ? noise : undefined);
  const x = mapRecord(modelInputs(parts), ({ dtype, shape }, name) => input(name, dtype, [batchSize, ...shape]));
  const { outputs } = buildModel(parts, scope, x);
  const named = Object.entries(outputs).flatMap(([head, symbols]) =>
    Object.entries(symbols).map(([output, value]) => [outputName(head, output), value] as const),
  );
  return {
    x,
    outputs: named.map(([, value]) => value),
    names: named.map(([name]) => name),
    parameters: scope.parameters,
  };
}

/** The last values before what is trained, of inputs that are the same in every epoch. */
export function frontierOf(
  { outputs, parameters, x }: ForwardGraph,
  { manifest, parts, batchSize, start }: FeaturePlanOptions,
): FrontierValue[] {
  const tunings = tuningsOf(manifest, parameters, start);
  const trained = new Set(parameters.flatMap(({ name }, index) => (tunings[index]?.mode === 'frozen' ? [] : [name])));
  const steady = new Set(
    Object.entries(parts.inputs).flatMap(([name, part]) => (isSteady(part) ? tensorsOf(name, part) : [])),
  );
  const steadySymbols = new Set(Object.entries(x).flatMap(([name, symbol]) => (steady.has(name) ? [symbol] : [])));
  return frozenFrontier(outputs, {
    isTrained: (name) => trained.has(name),
    isSteady: (symbol) => steadySymbols.has(symbol),
    canKeep: ({ shape: [batch, ...sizes], dtype }) =>
      batch === batchSize && sizes.every((size) => typeof size === 'number') && dtype === 'float32',
  });
}

const isSteady = ({ encoder, settings }: InputPart): boolean => !encoder.augment && settings.modalityDropout === 0;
