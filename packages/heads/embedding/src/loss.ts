import { required, type Model, type Scope, type SymbolicTensor, type Symbols } from '@sensorium/contracts';
import {
  add,
  and,
  cast,
  div,
  equal,
  exp,
  filled,
  greater,
  lengthOf,
  logSoftmax,
  matmul,
  maximum,
  minimum,
  mul,
  neg,
  not,
  or,
  range,
  softplus,
  sum,
  transpose,
  unsqueeze,
  where,
} from '@sensorium/graph';
import { itemsOf } from './items.js';
import { everyTwo } from './names.js';

/** A scale beyond this makes the loss unsteady (Radford et al. 2021, §2.5). */
const GREATEST_SCALE = 100;

/** Two inputs of a batch: rows stand for samples of the one, columns for samples of the other. */
interface Comparison {
  /** [B,B], cosines times the learned scale, plus the learned bias of `sigmoid` */
  readonly scores: SymbolicTensor;
  /** bool [B,B], where row and column are one sample */
  readonly own: SymbolicTensor;
  /** bool [B,B], where both have their input, and neither input is the same in both samples */
  readonly other: SymbolicTensor;
  /** bool [B,1], for samples that have both inputs */
  readonly both: SymbolicTensor;
}

/** Adds up over all samples that have both inputs. */
type LossSum = (comparison: Comparison) => SymbolicTensor;

/**
 * Half of −ln softmax over the row and −ln softmax over the column, at the sample itself (van den Oord et al. 2018; Radford
 * et al. 2021).
 */
const softmaxLoss: LossSum = ({ scores, own, other, both }) => {
  const seen = where(or(own, other), scores, -1e9);
  const improbability = mul(add(logSoftmax(seen, 1), logSoftmax(seen, 0)), -0.5);
  return sum(where(and(own, both), improbability, 0));
};

/** −ln σ(score) of the sample itself, −ln σ(−score) of each other one (Zhai et al. 2023). */
const sigmoidLoss: LossSum = ({ scores, own, other, both }) =>
  sum(where(and(own, both), softplus(neg(scores)), where(other, softplus(scores), 0)));

interface Kind {
  readonly sumOf: LossSum;
  /** The first scale of the cosines. */
  readonly scale: number;
  /** The first of what is added to them; none where it would change nothing. */
  readonly bias?: number;
}

/** First values as published, but the bias: −ln 63 gives each of 64 samples of a batch one partner, −10 is for 32,768. */
export const kinds = {
  softmax: { sumOf: softmaxLoss, scale: 1 / 0.07 },
  sigmoid: { sumOf: sigmoidLoss, scale: 10, bias: -Math.log(63) },
} satisfies Record<string, Kind>;

/** One input of a batch. */
interface Side {
  /** [B,dim] */
  readonly vector: SymbolicTensor;
  /** [B,1] */
  readonly present: SymbolicTensor;
  /** [B,1], see `itemsOf` */
  readonly items: SymbolicTensor;
}

/** The mean over all samples of every two inputs that have both: a scalar, 0 where there is none. */
export function contrastiveLoss(
  scope: Scope,
  model: Model,
  vectors: Symbols,
  { sumOf, scale: firstScale, bias: firstBias }: Kind,
): SymbolicTensor {
  const temperature = scope.parameter('temperature', [], filled(Math.log(firstScale)));
  const scale = exp(minimum(temperature, Math.log(GREATEST_SCALE)));
  const bias = firstBias === undefined ? 0 : scope.parameter('bias', [], filled(firstBias));

  const sides = Object.entries(vectors).map(([name, vector]): Side => {
    const { present } = required(model.features[name], `the features of "${name}"`);
    return { vector, present, items: itemsOf(model, name) };
  });
  const comparisons = everyTwo(sides).map(([a, b]): Comparison => {
    const cosines = matmul(a.vector, transpose(b.vector));
    return { ...relate(a, b), scores: add(mul(cosines, scale), bias) };
  });
  const samples = comparisons.map(({ both }) => sum(cast(both, 'float32'))).reduce(add);
  return div(comparisons.map(sumOf).reduce(add), maximum(samples, 1));
}

function relate(a: Side, b: Side): Omit<Comparison, 'scores'> {
  const rows = rowNumbers(a.present);
  const own = equal(rows, transpose(rows));
  const same = or(own, or(sameItems(a.items), sameItems(b.items)));
  const there = greater(mul(a.present, transpose(b.present)), 0);
  return { own, other: and(there, not(same)), both: greater(mul(a.present, b.present), 0) };
}

/** 0, 1, … [B,1] for x [B,…]. */
function rowNumbers(x: SymbolicTensor): SymbolicTensor {
  const dimension = required(x.shape[0], 'the batch');
  return unsqueeze(range(0, lengthOf(x, 0), 1, { dimension }), 1);
}

/** bool [B,B] of items [B,1]; 0 is like nothing. */
const sameItems = (items: SymbolicTensor): SymbolicTensor => and(equal(items, transpose(items)), not(equal(items, 0)));
