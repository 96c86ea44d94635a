import { SensoriumError, type SymbolicTensor, type Symbols } from '@sensorium/contracts';
import { add, mul } from '@sensorium/graph';
import type { Balance } from './balance.js';

export interface Loss {
  /** float32 scalar: what to make small, beside the losses that parts add with `scope.loss`. */
  readonly loss: SymbolicTensor;
  /** Factors of the losses of parts, by name. Default 1 */
  readonly weights?: Readonly<Record<string, number>>;
  /** Losses of single modalities, which join it in this way. Default: none. `loss` is reported without them. */
  readonly balance?: Balance;
  /** Scalars to be reported for every step. */
  readonly metrics?: Symbols;
  /**
   * The same values over another graph: one that reads from the batch what was computed before. It is asked once for all
   * values that the program needs.
   */
  readonly replace?: (values: readonly SymbolicTensor[]) => readonly SymbolicTensor[];
}

/** What training makes small: a loss, and those that the parts of the model add, each times its weight (default 1). */
export function totalLoss(
  loss: SymbolicTensor,
  parts: Symbols,
  weights: Readonly<Record<string, number>> = {},
): SymbolicTensor {
  return Object.entries(parts).reduce((sum, [name, part]) => {
    const weight = (Object.hasOwn(weights, name) ? weights[name] : undefined) ?? 1;
    return add(sum, weight === 1 ? part : mul(part, weight));
  }, loss);
}

/** What every step reports by name, of values in the order loss, norm of the gradient, learning rate, others. */
export const LOSS = 'loss';
export const NORM = 'gradientNorm';
export const LEARNING_RATE = 'learningRate';
/** The norms of all gradients, [trained] each step. */
export const NORMS = 'gradientNorms';

/** Losses of parts and metrics under their names. Throws SENSORIUM_DUPLICATE_NAME where a report of that name is there. */
export function reported(parts: Symbols, metrics: Symbols): Symbols {
  const taken = Object.keys(metrics).find((name) =>
    [LOSS, NORM, LEARNING_RATE, NORMS, ...Object.keys(parts)].includes(name),
  );
  if (taken === undefined) return { ...parts, ...metrics };
  throw new SensoriumError({
    code: 'SENSORIUM_DUPLICATE_NAME',
    message: `a metric is called "${taken}", which every step reports anyway`,
    hint: 'Give the metric another name.',
  });
}
