import type { Tensor, Tensors } from '@sensorium/contracts';
import { createRandom } from '@sensorium/data';
import { createScope, input, type Parameter } from '@sensorium/graph';
import { expectAllClose, runGraph, someWeights } from '@sensorium/testkit';
import type { Row } from '@sensorium/modality-table';
import { describe, expect, it } from 'vitest';
import { table } from './index.js';

const E = 3;
const [WIDTH, DIM] = [4, 5];
const cells = [
  { name: 'age', kind: 'number', edges: [0, 10, 40] },
  { name: 'pay', kind: 'number', edges: [-1, 1] },
  { name: 'joined', kind: 'date', edges: [0, 10_000, 20_000] },
  { name: 'member', kind: 'boolean' },
  { name: 'city', kind: 'category', categories: ['Rome', 'Oslo'] },
  { name: 'title', kind: 'text' },
] as const;
const rows: Row[] = [
  { age: 5, pay: 0.5, joined: '2001-05-20', member: true, city: 'Oslo', title: 'red car' },
  { age: 25, pay: -4, joined: null, member: null, city: 'Lima', title: null },
  { age: null, pay: 9, joined: '1970-01-01T06:00Z', member: false, city: 'Rome', title: 'sea' },
  { age: 400, pay: null, joined: '2124-01-01', member: false, city: null, title: '!' },
];

const encoderOf = (ensemble: number) => {
  const sizes = { embedding: E, width: WIDTH, depth: 2, dim: DIM, ensemble, dropout: 0 };
  return table.create(table.options.parse({ cells, pieces: 7, buckets: 11, ...sizes }), new Map());
};

function stack(ensemble: number): Tensors {
  const all = rows.map((row) => encoderOf(ensemble).prepare(row));
  return Object.fromEntries(
    Object.entries(all[0]!).map(([name, { dtype, shape }]) => {
      const data = all.flatMap((own) => Array.from(own[name]!.data, Number));
      const typed =
        dtype === 'float32'
          ? Float32Array.from(data)
          : dtype === 'int32'
            ? Int32Array.from(data)
            : Uint8Array.from(data);
      return [name, { dtype, shape: [rows.length, ...shape.slice(1)], data: typed }];
    }),
  );
}

/** @param members in training: which one each row is seen by */
async function run(ensemble: number, members?: readonly number[]) {
  const scope = createScope({ mode: members ? 'training' : 'inference' });
  const fed = stack(ensemble);
  const x = Object.fromEntries(
    Object.entries(fed).map(([name, { dtype, shape }]) => [name, input(name, dtype, ['batch', ...shape.slice(1)])]),
  );
  const present = input('present', 'float32', ['batch', 1]);
  const { tokens, mask, pooled } = encoderOf(ensemble).build(scope, x, present);
  const weights = someWeights(scope.parameters);
  const chance = Float32Array.from(members ?? [], (member) => (member + 0.5) / ensemble);
  const given: Tensors = {
    ...fed,
    present: { dtype: 'float32', shape: [4, 1], data: Float32Array.of(1, 1, 1, 1) },
    ...Object.fromEntries(scope.noises.map(({ name }) => [name, { dtype: 'float32', shape: [4], data: chance }])),
  };
  return { found: await runGraph({ tokens, mask, pooled }, given, weights), weights, fed };
}

const numbers = (tensor: Tensor | undefined): number[] => Array.from(tensor!.data, Number);
const range = (count: number): number[] => Array.from({ length: count }, (_, index) => index);
const clip = (value: number): number => Math.min(1, Math.max(0, value));
/** Part of a matrix, or of a stack of them: the row at so many places. */
const rowAt = (tensor: Tensor | undefined, at: number, size: number): number[] =>
  numbers(tensor).slice(at * size, (at + 1) * size);
const weighted = (parts: readonly (readonly [share: number, vector: readonly number[]])[], size: number): number[] =>
  range(size).map((index) => parts.reduce((sum, [share, vector]) => sum + share * vector[index]!, 0));

/** Equation 1 of Gorishniy et al. 2022, of which both ends are closed; padded with zeros to the bins of the longest. */
const encoded = (value: number, edges: readonly number[]): number[] =>
  range(2).map((bin) => {
    const [from, to] = [edges[bin], edges[bin + 1]];
    return from === undefined || to === undefined ? 0 : clip((value - from) / (to - from));
  });

function cellsOf(row: number, fed: Tensors, weights: Tensors): number[][] {
  const quantities = range(3).map((column) => {
    const filled = numbers(fed['filled'])[row * 3 + column]!;
    const bins = encoded(numbers(fed['numbers'])[row * 3 + column]!, cells[column as 0 | 1 | 2].edges);
    const features = [...bins.map((bin) => bin * filled), 1 - filled];
    const cycles = column === 2 ? rowAt(fed['cycles'], row, 6) : [];
    return weighted(
      [
        ...features.map((share, at) => [share, rowAt(weights['numbers/weight'], column * 3 + at, E)] as const),
        ...cycles.map((share, at) => [share, rowAt(weights['numbers/cycles/weight'], at, E)] as const),
      ],
      E,
    );
  });
  const choices = range(2).map((column) => {
    const index = numbers(fed['categories'])[row * 2 + column]!;
    return rowAt(weights['categories/table'], (column === 0 ? 0 : 4) + index, E);
  });
  const pieces = rowAt(fed['pieces'], row, 7).filter((id) => id > 0);
  const text = weighted(
    pieces.map((id) => [1 / pieces.length, rowAt(weights['texts/table'], id, E)] as const),
    E,
  );
  return [...quantities, ...choices, text].map((cell, column) => {
    const own = rowAt(weights['columns'], column, E);
    return cell.map((value, index) => value + own[index]!);
  });
}

function linearOf(x: readonly number[], weight: Tensor | undefined, size: number): number[] {
  return weighted(
    x.map((value, at) => [value, rowAt(weight, at, size)] as const),
    size,
  );
}

/** What a member makes of a row. */
function memberOf(cell: readonly number[], member: number | null, weights: Tensors): number[] {
  const sizes = [WIDTH, WIDTH, DIM];
  let x = [...cell];
  for (const [index, name] of ['layer0', 'layer1', 'output'].entries()) {
    const of = (what: string): Tensor | undefined => weights[`ensemble/${name}/${what}`];
    const [size, width] = [sizes[index]!, x.length];
    if (member === null) {
      const bias = numbers(of('bias'));
      x = linearOf(x, of('weight'), size).map((value, at) => value + bias[at]!);
    } else {
      const [r, s, b] = [
        rowAt(of('input'), member, width),
        rowAt(of('output'), member, size),
        rowAt(of('bias'), member, size),
      ];
      const scaled = x.map((value, at) => value * r[at]!);
      x = linearOf(scaled, of('weight'), size).map((value, at) => value * s[at]! + b[at]!);
    }
    if (name !== 'output') x = x.map((value) => Math.max(0, value));
  }
  return x;
}

function standardized(values: readonly number[]): number[] {
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return values.map((value) => (value - mean) / Math.sqrt(variance + 1e-5));
}

describe('the features', () => {
  it.each([1, 3])('of %i members are the formula', async (ensemble) => {
    const { found, weights, fed } = await run(ensemble);
    const expected = rows.map((_, row) => cellsOf(row, fed, weights));
    const members = ensemble === 1 ? [null] : range(ensemble);
    const pooled = expected.map((row) => {
      const all = members.map((member) => memberOf(row.flat(), member, weights));
      return weighted(
        all.map((one) => [1 / all.length, one] as const),
        DIM,
      );
    });
    expectAllClose(numbers(found['pooled']), pooled.flat(), { relative: 1e-4, absolute: 1e-5 });
    const bias = numbers(weights['project/bias']);
    const tokens = expected.flatMap((row, index) => [
      ...row.flatMap((cell) =>
        linearOf(standardized(cell), weights['project/weight'], DIM).map((value, at) => value + bias[at]!),
      ),
      ...pooled[index]!,
    ]);
    expectAllClose(numbers(found['tokens']), tokens, { relative: 1e-4, absolute: 1e-4 });
    expect(numbers(found['mask'])).toEqual(new Array(4 * 7).fill(1));
  });
});

it('in training, each row is seen by one member', async () => {
  const members = [2, 0, 1, 2];
  const { found, weights, fed } = await run(3, members);
  const pooled = members.map((member, row) => memberOf(cellsOf(row, fed, weights).flat(), member, weights));
  expectAllClose(numbers(found['pooled']), pooled.flat(), { relative: 1e-4, absolute: 1e-5 });
});

describe('first weights', () => {
  const scope = createScope();
  const fed = stack(4);
  const x = Object.fromEntries(
    Object.entries(fed).map(([name, { dtype, shape }]) => [name, input(name, dtype, ['batch', ...shape.slice(1)])]),
  );
  encoderOf(4).build(scope, x, input('present', 'float32', ['batch', 1]));
  const { parameters } = scope as { parameters: readonly Parameter[] };
  const first: Tensors = Object.fromEntries(
    parameters.map(({ name, shape, initialize }) => [
      name,
      { dtype: 'float32', shape, data: initialize(shape, createRandom(1, name)) },
    ]),
  );

  it('say nothing of missing cells and of categories that are not known', () => {
    for (const column of range(3)) expect(rowAt(first['numbers/weight'], column * 3 + 2, E)).toEqual([0, 0, 0]);
    for (const index of [0, 1, 4, 5]) expect(rowAt(first['categories/table'], index, E)).toEqual([0, 0, 0]);
    for (const index of [2, 3, 6, 7]) expect(rowAt(first['categories/table'], index, E)).not.toContain(0);
  });

  it('let members begin apart', () => {
    const signs = numbers(first['ensemble/layer0/input']);
    expect(new Set(signs)).toEqual(new Set([-1, 1]));
    expect(new Set(numbers(first['ensemble/layer0/output']))).toEqual(new Set([1]));
  });
});
