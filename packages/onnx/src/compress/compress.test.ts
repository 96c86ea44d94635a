import { fromBinary } from '@bufbuild/protobuf';
import type { Tensor } from '@sensorium/contracts';
import {
  add,
  constantTensor,
  convolution,
  createScope,
  input,
  lookup,
  matmul,
  relu,
  toOnnx,
  zeros,
} from '@sensorium/graph';
import { ModelProtoSchema } from '@sensorium/graph/protobuf';
import { numbers, spreadTensor } from '@sensorium/graph/testing';
import { fromHalf } from '@sensorium/tensors';
import { describe, expect, it } from 'vitest';
import { runFile } from '../testing/round-trip.js';
import { compressWeights, type Precision } from './compress.js';
import { restoreWeights } from './restore.js';

const [IN, OUT] = [24, 32] as const;

/** x [n,24] · W [24,32] + b, with columns of W of very different size. */
function product(matrix: Tensor): Uint8Array {
  const x = input('x', 'float32', ['batch', IN]);
  const scope = createScope();
  const weight = scope.parameter('part/weight', [IN, OUT], zeros);
  const bias = scope.parameter('part/bias', [OUT], zeros);
  const weights = { 'part/weight': matrix, 'part/bias': spreadTensor('float32', [OUT], 3, -1, 1) };
  return toOnnx({ outputs: { y: add(matmul(x, weight), bias) }, weights });
}

const even = spreadTensor('float32', [IN, OUT], 1, -1, 1);
const matrix: Tensor = {
  ...even,
  data: Float32Array.from(numbers(even), (value, index) => value * 10 ** ((index % OUT) / 8 - 4)),
};
const x = spreadTensor('float32', [5, IN], 2, -2, 2);
const bias = numbers(spreadTensor('float32', [OUT], 3, -1, 1));

/** The product, written out. */
function expected(weight: readonly number[]): number[] {
  const [left, result] = [numbers(x), [] as number[]];
  for (let row = 0; row < 5; row++) {
    for (let column = 0; column < OUT; column++) {
      let sum = bias[column]!;
      for (let inner = 0; inner < IN; inner++) sum += left[row * IN + inner]! * weight[inner * OUT + column]!;
      result.push(sum);
    }
  }
  return result;
}

/** Of every half that there is, the nearest. */
const halves = Array.from({ length: 2 ** 16 }, (_, bits) => fromHalf(bits))
  .filter(Number.isFinite)
  .sort((a, b) => a - b);
function nearestHalf(value: number): number {
  let [low, high] = [0, halves.length - 1];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (halves[middle]! <= value) low = middle;
    else high = middle;
  }
  return value - halves[low]! <= halves[high]! - value ? halves[low]! : halves[high]!;
}

/** Each column in 127 steps on either side of zero. */
function quantizedColumns(weight: readonly number[]): number[] {
  const largest = Array.from({ length: OUT }, (_, column) =>
    Math.max(...Array.from({ length: IN }, (_, row) => Math.abs(weight[row * OUT + column]!))),
  );
  return weight.map((value, index) => {
    const step = Math.fround(largest[index % OUT]! / 127);
    return Math.round(value / step) * step;
  });
}

async function outputsOf(model: Uint8Array): Promise<number[]> {
  return numbers((await runFile(model, { x }))['y']);
}

describe('weights of float16', () => {
  it('are the nearest halves, and the product is of those', async () => {
    const { model, small, left } = compressWeights(product(matrix), 'float16');
    expect({ small, left }).toEqual({ small: ['part/weight'], left: [] });
    const found = await outputsOf(model);
    const right = expected(numbers(matrix).map(nearestHalf));
    found.forEach((value, index) => expect(value).toBeCloseTo(right[index]!, 4));
  });

  it('stay as they are where a half cannot hold one', async () => {
    const large: Tensor = { ...matrix, data: Float32Array.from(numbers(matrix), (value) => value * 1e6) };
    const { model, small, left } = compressWeights(product(large), 'float16');
    expect({ small, left }).toEqual({ small: [], left: ['part/weight'] });
    expect(await outputsOf(model)).toEqual(await outputsOf(product(large)));
  });
});

describe('weights of int8', () => {
  it('are whole steps of each column’s own size, and the product is of those', async () => {
    const { model } = compressWeights(product(matrix), 'int8');
    const found = await outputsOf(model);
    const right = expected(quantizedColumns(numbers(matrix)));
    found.forEach((value, index) => expect(value).toBeCloseTo(right[index]!, 4));
    const whole = await outputsOf(product(matrix));
    expect(Math.max(...found.map((value, index) => Math.abs(value - whole[index]!)))).toBeGreaterThan(1e-4);
  });

  it('have channels where they differ least: the rows of a table, the filters of a convolution', () => {
    const scaled = (shape: number[], factor: (index: number) => number): Tensor => {
      const values = spreadTensor('float32', shape, 4, -1, 1);
      return { ...values, data: Float32Array.from(numbers(values), (value, index) => value * factor(index)) };
    };
    const scope = createScope();
    const rows = lookup(scope.parameter('table', [40, 8], zeros), input('ids', 'int64', ['batch']));
    const picture = input('picture', 'float32', ['batch', 4, 6, 6]);
    const maps = relu(convolution(scope.at('filters'), picture, 8));
    const weights = {
      table: scaled([40, 8], (index) => 2 ** Math.floor(index / 8 / 4)),
      'filters/weight': scaled([8, 4, 3, 3], (index) => 4 ** Math.floor(index / 36)),
      'filters/bias': spreadTensor('float32', [8], 1, -1, 1),
    };
    const file = toOnnx({ outputs: { rows, maps }, weights });
    const { graph } = fromBinary(ModelProtoSchema, compressWeights(file, 'int8').model);
    const scales = graph?.initializer.filter(({ name }) => name.endsWith('.scale'));
    expect(scales?.map(({ name, dims }) => [name, dims.map(Number)])).toEqual([
      ['table.scale', [40, 1]],
      ['filters/weight.scale', [8, 1, 1, 1]],
    ]);
  });

  it('of a channel of zeros are zeros', async () => {
    const data = Float32Array.from(numbers(matrix), (value, index) => (index % OUT === 3 ? 0 : value));
    const found = await outputsOf(compressWeights(product({ ...matrix, data }), 'int8').model);
    found.forEach((value, index) => index % OUT === 3 && expect(value).toBeCloseTo(bias[3]!, 6));
  });
});

describe.each(['float16', 'int8'] satisfies Precision[])('%s', (precision) => {
  it('leaves names of inputs and outputs, small weights and other types alone', () => {
    const ids = constantTensor({ dtype: 'int64', shape: [2, 300], data: new BigInt64Array(600) });
    const few = createScope().parameter('few', [2, 3], zeros);
    const weights = { few: spreadTensor('float32', [2, 3], 1, -1, 1) };
    const file = toOnnx({ outputs: { all: add(ids, 1), some: add(few, 1) }, weights, metadata: { 'a.b': 'c' } });
    const { model, small, left } = compressWeights(file, precision);
    expect({ small, left }).toEqual({ small: [], left: [] });
    expect(fromBinary(ModelProtoSchema, model)).toEqual(fromBinary(ModelProtoSchema, file));
  });

  it('makes the file as much smaller, and the same bytes of the same', () => {
    const large = spreadTensor('float32', [IN, OUT], 5, -1, 1);
    const [file, bytes] = [product(large), IN * OUT];
    const { model } = compressWeights(file, precision);
    expect(file.length - model.length).toBeGreaterThan(bytes * (precision === 'int8' ? 3 : 2) - 400);
    expect(compressWeights(file, precision).model).toEqual(model);
  });
});

describe('restored weights', () => {
  const small = (precision: Precision) => restoreWeights(compressWeights(product(matrix), precision).model);

  it('of float16 are the nearest halves, as float32', () => {
    const { weights, storedAs } = small('float16');
    expect(weights).toEqual({ 'part/weight': { ...matrix, data: Float32Array.from(numbers(matrix), nearestHalf) } });
    expect([...storedAs]).toEqual(['part/weight.float16']);
  });

  it('of int8 are whole numbers times a scale', () => {
    const { weights, storedAs } = small('int8');
    const expected = quantizedColumns(numbers(matrix));
    numbers(weights['part/weight']).forEach((value, index) => expect(value).toBeCloseTo(expected[index]!, 6));
    expect([...storedAs]).toEqual(['part/weight.int8', 'part/weight.scale']);
  });

  it('are none where nothing is small', () => {
    expect(restoreWeights(product(matrix)).weights).toEqual({});
  });
});
