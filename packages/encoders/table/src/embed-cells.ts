import {
  required,
  type Initializer,
  type Random,
  type Scope,
  type SymbolicTensor,
  type Symbols,
} from '@sensorium/contracts';
import {
  add,
  cast,
  concat,
  constant,
  div,
  greater,
  knownSize,
  lookup,
  matmul,
  maximum,
  minimum,
  mul,
  normal,
  pad,
  sub,
  sum,
  transpose,
  unsqueeze,
} from '@sensorium/graph';
import { FIRST_CHOICE, type Layout } from './layout.js';
import { CYCLES } from './prepare.js';

/**
 * Every cell as a vector: [B,C,embedding], columns by their groups: numbers, dates, choices, texts. What is missing, and a
 * category that is not known, begins as the vector 0, so that it says nothing unless training has seen it.
 */
export function embedCells(scope: Scope, x: Symbols, layout: Layout): SymbolicTensor {
  const { quantities, choices, texts } = layout;
  const groups = [
    ...(quantities.length > 0 ? [embedQuantities(scope.at('numbers'), x, layout)] : []),
    ...(choices.length > 0 ? [embedChoices(scope.at('categories'), x, layout)] : []),
    ...(texts.length > 0 ? [embedTexts(scope.at('texts'), x, layout)] : []),
  ];
  const cells = concat(groups, 1);
  const columns = [knownSize(cells.shape, 1), layout.embedding];
  return add(cells, scope.parameter('columns', columns, normal(scaleOf(layout.embedding))));
}

const symbol = (x: Symbols, name: string): SymbolicTensor => required(x[name], `the input "${name}"`);

/** A linear map of a column's own of its bins, of whether the cell is missing, and of the cycles of a date. */
function embedQuantities(scope: Scope, x: Symbols, { quantities, dates, embedding }: Layout): SymbolicTensor {
  const filled = unsqueeze(cast(symbol(x, 'filled'), 'float32'), 2);
  const bins = mul(piecewiseLinear(symbol(x, 'numbers'), quantities), filled);
  const weights = (_: unknown, random: Random) =>
    concatenated(quantities.map((column) => binWeights(column, knownSize(bins.shape, 2), embedding, random)));
  const tokens = mapColumns(scope, concat([bins, sub(1, filled)]), embedding, weights);
  if (dates.length === 0) return tokens;
  const cycles = mapColumns(scope.at('cycles'), symbol(x, 'cycles'), embedding, normal(scaleOf(embedding * CYCLES)));
  return add(tokens, pad(cycles, 1, quantities.length - dates.length, 0));
}

/** Of a vector of so many values, for a norm of about 1. */
const scaleOf = (size: number): number => 1 / Math.sqrt(size);

/**
 * Piecewise-linear encoding (Gorishniy et al. 2022, equation 1): bin t from b to b′ is how much of it lies below x, 0…1.
 * [B,N] → [B,N,T], of a column with fewer bins 0 behind them.
 */
function piecewiseLinear(x: SymbolicTensor, quantities: Layout['quantities']): SymbolicTensor {
  const bins = Math.max(...quantities.map(({ edges }) => edges.length - 1));
  const perBin = (valueOf: (from: number, to: number) => number): SymbolicTensor =>
    constant(
      quantities.flatMap(({ edges }) => Array.from({ length: bins }, (_, bin) => valueIn(edges, bin, valueOf))),
      'float32',
      [quantities.length, bins],
    );
  const above = sub(
    unsqueeze(x, 2),
    perBin((from) => from),
  );
  return minimum(
    maximum(
      mul(
        above,
        perBin((from, to) => 1 / (to - from)),
      ),
      0,
    ),
    1,
  );
}

function valueIn(edges: readonly number[], bin: number, valueOf: (from: number, to: number) => number): number {
  const [from, to] = edges.slice(bin, bin + 2);
  return from === undefined || to === undefined ? 0 : valueOf(from, to);
}

/** First weights [T + 1,D] of a column: of its bins, then 0 for a missing cell. */
function binWeights({ edges }: Layout['quantities'][number], bins: number, dim: number, random: Random): Float32Array {
  const weights = new Float32Array((bins + 1) * dim);
  const own = (edges.length - 1) * dim;
  for (let index = 0; index < own; index++) weights[index] = random.normal() * scaleOf(own);
  return weights;
}

function concatenated(parts: readonly Float32Array[]): Float32Array {
  const whole = new Float32Array(parts.reduce((size, { length }) => size + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** Every column by a matrix of its own: x [B,N,F], weight [N,F,D] → [B,N,D]. */
function mapColumns(scope: Scope, x: SymbolicTensor, dim: number, initialize: Initializer): SymbolicTensor {
  const weight = scope.parameter('weight', [knownSize(x.shape, 1), knownSize(x.shape, 2), dim], initialize);
  return transpose(matmul(transpose(x, [1, 0, 2]), weight), [1, 0, 2]);
}

/** A row of one table for every choice of every column. */
function embedChoices(scope: Scope, x: Symbols, { choices, embedding }: Layout): SymbolicTensor {
  const sizes = choices.map((choice) => FIRST_CHOICE + choice.choices.length);
  const starts = sizes.map((_, column) => sizes.slice(0, column).reduce((a, b) => a + b, 0));
  const rows = sizes.reduce((a, b) => a + b, 0);
  const initialize: Initializer = (shape, random) => {
    const table = normal(scaleOf(embedding))(shape, random);
    for (const start of starts) table.fill(0, start * embedding, (start + FIRST_CHOICE) * embedding);
    return table;
  };
  const ids = add(symbol(x, 'categories'), constant(starts, 'int32'));
  return lookup(scope.parameter('table', [rows, embedding], initialize), ids);
}

/** The mean of the vectors of all pieces of a text (Bojanowski et al. 2017). */
function embedTexts(scope: Scope, x: Symbols, { buckets, embedding }: Layout): SymbolicTensor {
  const ids = symbol(x, 'pieces');
  const mask = cast(greater(ids, 0), 'float32');
  const table = scope.parameter('table', [1 + buckets, embedding], normal(1));
  const vectors = mul(lookup(table, ids), unsqueeze(mask, 3));
  return div(sum(vectors, [2]), maximum(sum(mask, [2], { keep: true }), 1));
}
