import type { Dimension, Scope, SymbolicTensor, Tensor, Tensors } from '@sensorium/contracts';
import { expect } from 'vitest';
import { importGraph, type ImportOptions } from '../import/import.js';
import { readOnnx, type ReadOptions } from '../read/read.js';
import { toOnnx, createScope, type RootScope, input } from '@sensorium/graph';
import { nodesInOrder, valueOf } from '@sensorium/graph/transform';
import { numbers, withSession, relativeError, initialWeights } from '@sensorium/graph/testing';

export interface Imported {
  readonly scope: RootScope;
  readonly inputs: Record<string, SymbolicTensor>;
  readonly outputs: Record<string, SymbolicTensor>;
}

export interface RoundTripOptions extends Omit<ImportOptions, 'inputs'>, ReadOptions {
  /** Shapes of the given symbols, where they are not those of what is fed. */
  readonly open?: Readonly<Record<string, readonly Dimension[]>>;
}

/** A file imported with symbols for what it will be fed. */
export function importFor(
  bytes: Uint8Array,
  feeds: Tensors,
  { open = {}, externalData, ...rest }: RoundTripOptions = {},
): Imported {
  const scope = createScope();
  const inputs = Object.fromEntries(
    Object.entries(feeds).map(([name, { dtype, shape }]) => [name, input(name, dtype, open[name] ?? shape)]),
  );
  return { scope, inputs, outputs: importGraph(partOf(scope), readOnnx(bytes, { externalData }), { inputs, ...rest }) };
}

const partOf = (scope: RootScope): Scope => scope.at('part');

/** Runs what was imported, with the weights of the file. */
export function runImported({ scope, outputs }: Imported, feeds: Tensors): Promise<Record<string, Tensor>> {
  return runFile(toOnnx({ outputs, weights: initialWeights(scope) }), feeds);
}

export const runFile = (file: Uint8Array, feeds: Tensors): Promise<Record<string, Tensor>> =>
  withSession(file, (session) => session.run(feeds));

/** The operators that were kept as they are. */
export const opaqueTypes = ({ outputs }: Imported): string[] =>
  nodesInOrder(Object.values(outputs).map(valueOf))
    .filter(({ attributes }) => attributes['$origin'])
    .map(({ definition }) => definition.type);

/** That both have the same names, shapes and numbers. */
export function expectSame(actual: Tensors, expected: Tensors, tolerance = 1e-5): void {
  expect(Object.keys(actual).sort()).toEqual(Object.keys(expected).sort());
  for (const [name, tensor] of Object.entries(expected)) {
    expect(actual[name]?.shape, name).toEqual(tensor.shape);
    expect(actual[name]?.dtype, name).toEqual(tensor.dtype);
    expect(relativeError(numbers(actual[name]), numbers(tensor)), name).toBeLessThan(tolerance);
  }
}

/** Imports a file, writes it again, and expects what ONNX Runtime computes from the file itself. */
export async function expectRoundTrip(
  bytes: Uint8Array,
  feeds: Tensors,
  options: RoundTripOptions = {},
): Promise<Imported> {
  const imported = importFor(bytes, feeds, options);
  expectSame(await runImported(imported, feeds), await runFile(bytes, feeds));
  return imported;
}
