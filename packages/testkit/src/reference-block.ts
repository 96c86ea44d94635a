import { required, type Tensors } from '@sensorium/contracts';
import { affine, gelu, standardized } from './reference.js';

/** Rows of tokens [T][D]. */
export type Rows = readonly (readonly number[])[];

export interface BlockReference {
  /** What is looked at, standardized: [S][E]. */
  readonly context: Rows;
  /** 1 where there is a token of the context, 0 elsewhere. */
  readonly mask: readonly number[];
  readonly heads: number;
}

/**
 * y = x + attention(norm x, context), then y + mlp(norm y), in double precision: what `crossAttentionBlock` of
 * `@sensorium/graph` computes for one sample, and `transformerBlock` where the context is norm x.
 */
export function attentionBlock(
  weights: Tensors,
  block: string,
  x: Rows,
  { context, mask, heads }: BlockReference,
): number[][] {
  const layer = (name: string, row: readonly number[]): number[] => affine(weights, `${block}/${name}`, row);
  const keys = context.map((row) => layer('attention/key', row));
  const values = context.map((row) => layer('attention/value', row));
  return x.map((row) => {
    const query = layer('attention/query', standardized(row));
    const width = query.length / heads;
    const merged = query.map((_, column) => {
      const first = column - (column % width);
      const score = (key: readonly number[]): number => dot(query, key, first, first + width) / Math.sqrt(width);
      const shares = keys.map((key, at) => (mask[at] === 1 ? Math.exp(score(key)) : 0));
      return dot(shares, columnOf(values, column), 0, shares.length) / shares.reduce((a, b) => a + b);
    });
    const middle = plus(row, layer('attention/output', merged));
    return plus(middle, layer('mlp/contract', layer('mlp/expand', standardized(middle)).map(gelu)));
  });
}

const at = (values: readonly number[], index: number): number => required(values[index], 'a number');

const columnOf = (rows: Rows, column: number): number[] => rows.map((row) => at(row, column));

const plus = (a: readonly number[], b: readonly number[]): number[] => a.map((value, index) => value + at(b, index));

function dot(a: readonly number[], b: readonly number[], start: number, stop: number): number {
  let sum = 0;
  for (let index = start; index < stop; index++) sum += at(a, index) * at(b, index);
  return sum;
}
