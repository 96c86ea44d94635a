import { required, type SymbolicTensor, type Symbols, type Tensor } from '@sensorium/contracts';
import { createScope, floatingPointOperations, gather, input, inputsOf, replaceValues } from '@sensorium/graph';
import { inputTensors, mapRecord, openGraph, type Parts } from '@sensorium/orchestrator';
import type { Samples } from '../data/dataset.js';
import { columnsReading } from '../features/columns.js';
import { symbolsOf, type WholeModel } from '../plan/model-graph.js';

/**
 * Where many rows share a value (ten questions about one picture), its encoder runs once for each different value of a batch,
 * and every row takes the features of its own.
 */
export interface Distinct {
  /** Rows in an order in which those that share values stand together. */
  readonly rows: Uint32Array;
  /** Of a graph that reads different values and an index instead of every row's value. */
  readonly outputs: readonly SymbolicTensor[];
  /** What that is fed of some rows, by name. */
  read(rows: Uint32Array): Promise<Record<string, Tensor>>;
}

/** Rows for each different value, on average, from which on it pays. */
const ROWS_PER_VALUE = 2;

const valuesName = (tensor: string): string => `values/${tensor}`;
const indexName = (input: string): string => `index/${input}`;

export function distinctValues(
  outputs: readonly SymbolicTensor[],
  whole: WholeModel,
  parts: Parts,
  { dataset, rows }: Samples,
): Distinct {
  const columns = columnsReading(inputsOf(outputs), parts);
  const recordOf = (name: string, row: number): number =>
    required(dataset.recordsOf([`inputs.${name}`], row)[0], `the record of row ${row}`);
  const shared = Object.keys(parts.inputs)
    .filter((name) => columns.has(`inputs.${name}`))
    .filter((name) => new Set(Array.from(rows, (row) => recordOf(name, row))).size * ROWS_PER_VALUE <= rows.length)
    .map((name) => ({ name, cost: floatingPointOperations(symbolsOf(whole.graph.features(name))) }))
    .sort((a, b) => b.cost - a.cost)
    .map(({ name }) => name);
  const pairs = shared.length > 0 ? replacements(whole, parts, shared) : [];
  return {
    rows: rows.slice().sort((a, b) => {
      const first = shared.map((name) => recordOf(name, a) - recordOf(name, b)).find((order) => order !== 0);
      return first ?? a - b;
    }),
    outputs: replaceValues(
      outputs,
      pairs.map(([value]) => value),
      pairs.map(([, stand]) => stand),
    ),
    async read(batch) {
      const all = await Promise.all(
        shared.map(async (name) => {
          const { representatives, index } = group(batch, (row) => recordOf(name, row));
          const values = await dataset.read(representatives, { only: new Set([`inputs.${name}`]) });
          const renamed = Object.entries(values).map(([tensor, value]) => [valuesName(tensor), value] as const);
          return Object.fromEntries([...renamed, [indexName(name), index] as const]);
        }),
      );
      return Object.assign({}, ...all) as Record<string, Tensor>;
    },
  };
}

/** The features of every row, and where they stand among those of different values. */
function replacements(
  whole: WholeModel,
  parts: Parts,
  names: readonly string[],
): (readonly [SymbolicTensor, SymbolicTensor])[] {
  const scope = createScope({ progress: whole.scope.progress });
  const fed: Symbols = Object.assign(
    {},
    ...names.map((name) =>
      mapRecord(inputTensors(name, required(parts.inputs[name], name)), ({ dtype, shape }, tensor) =>
        input(valuesName(tensor), dtype, [`${name}.values`, ...shape]),
      ),
    ),
  ) as Symbols;
  const graph = openGraph(parts, scope, fed);
  const pairs = names.flatMap((name) => {
    const [rows, values] = [symbolsOf(whole.graph.features(name)), symbolsOf(graph.features(name))];
    const [first] = rows;
    const index = input(indexName(name), 'int32', [required(first?.shape[0], 'the batch')]);
    return rows.map((row, at) => [row, gather(required(values[at], 'features of values'), index)] as const);
  });
  const own = new Map(whole.scope.parameters.map(({ name, symbol }) => [name, symbol]));
  const parameters = scope.parameters.map(
    ({ name, symbol }) => [symbol, required(own.get(name), `the parameter ${name}`)] as const,
  );
  const stands = replaceValues(
    pairs.map(([, stand]) => stand),
    parameters.map(([symbol]) => symbol),
    parameters.map(([, symbol]) => symbol),
  );
  return pairs.map(([row], at) => [row, required(stands[at], 'features of rows')] as const);
}

/** A row for each different value, and for every row the position of its value among these, [n]. */
function group(rows: Uint32Array, recordOf: (row: number) => number): { representatives: Uint32Array; index: Tensor } {
  const positions = new Map<number, number>();
  const representatives: number[] = [];
  const data = Int32Array.from(rows, (row) => {
    const record = recordOf(row);
    const position = positions.get(record) ?? representatives.push(row) - 1;
    positions.set(record, position);
    return position;
  });
  return {
    representatives: Uint32Array.from(representatives),
    index: { dtype: 'int32', shape: [rows.length], data },
  };
}
