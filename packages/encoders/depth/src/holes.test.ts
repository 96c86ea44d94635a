import type { Tensor, Tensors } from '@sensorium/contracts';
import { expectAllClose, runGraph, someWeights } from '@sensorium/testkit';
import { describe, expect, it } from 'vitest';
import { convolutionGrid, createScope, gridWidths, input } from '@sensorium/graph';

/** Channels of rows of values. */
type Planes = number[][][];

const range = (count: number): number[] => Array.from({ length: count }, (_, index) => index);
const numbers = (tensor: Tensor | undefined): number[] => Array.from(tensor!.data, Number);
const meanOf = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
const standardized = (values: readonly number[]): number[] => {
  const mean = meanOf(values);
  const variance = meanOf(values.map((value) => (value - mean) ** 2));
  return values.map((value) => (value - mean) / Math.sqrt(variance + 1e-5));
};

/** Values everywhere, but for a hole of a third of the map, and a single one. */
const isValid = (size: number, y: number, x: number): number => Number(!(x < size / 3 || (y === 5 && x === 6)));

/** Σ of the values in a window · 9 / their count + bias, with weights of mean 0 and variance 2 / fan-in. */
function convolved(x: Planes, valid: number[][], layer: string, stride: number, weights: Tensors): Planes {
  const weight = numbers(weights[`${layer}/weight`]);
  const fanIn = x.length * 9;
  const places = range(Math.ceil(x[0]!.length / stride));
  const windows = [-1, 0, 1].flatMap((dy) => [-1, 0, 1].map((dx) => [dy, dx] as const));
  return numbers(weights[`${layer}/bias`]).map((bias, output) => {
    const filter = standardized(weight.slice(output * fanIn, (output + 1) * fanIn));
    return places.map((row) =>
      places.map((column) => {
        const there = windows.filter(([dy, dx]) => valid[row * stride + dy]?.[column * stride + dx] === 1);
        const sum = there.reduce(
          (total, [dy, dx]) =>
            x.reduce((own, plane, channel) => {
              const tap = filter[channel * 9 + (dy + 1) * 3 + dx + 1]!;
              return own + plane[row * stride + dy]![column * stride + dx]! * tap * Math.sqrt(2 / fanIn);
            }, total),
          0,
        );
        return there.length === 0 ? bias : (sum * 9) / there.length + bias;
      }),
    );
  });
}

const masked = (x: Planes, valid: number[][]): Planes =>
  x.map((plane) =>
    plane.map((row, y) => row.map((value, column) => (valid[y]![column] === 1 ? Math.max(0, value) : 0))),
  );

/** The largest of every 2×2. */
const halved = (plane: number[][]): number[][] =>
  range(Math.ceil(plane.length / 2)).map((row) =>
    range(Math.ceil(plane.length / 2)).map((column) =>
      Math.max(...plane.slice(2 * row, 2 * row + 2).flatMap((values) => values.slice(2 * column, 2 * column + 2))),
    ),
  );

/** The tokens of maps with holes, and which of them have values. */
function reference(map: Planes, valid: number[][], weights: Tensors): { tokens: number[][]; mask: number[] } {
  let [x, there] = [map.map((plane) => plane.map((row, y) => row.map((value, at) => value * valid[y]![at]!))), valid];
  for (let stage = 0; there.length > 8; stage++) {
    const stride = there.length <= 48 ? 1 : 2;
    const seen = convolved(x, there, `stage${stage}`, stride, weights);
    const next = halved(there);
    x = stride === 2 ? masked(seen, next) : masked(seen, there).map(halved);
    there = next;
  }
  x = masked(convolved(x, there, 'layer0', 1, weights), there);
  const [weight, bias, positions] = ['project/weight', 'project/bias', 'positions'].map((name) =>
    numbers(weights[name]),
  );
  const side = there.length;
  const tokens = range(side * side).map((place) => {
    const features = standardized(x.map((plane) => plane[Math.floor(place / side)]![place % side]!));
    return range(3).map((column) =>
      features.reduce(
        (sum, value, row) => sum + value * weight![row * 3 + column]!,
        bias![column]! + positions![place * 3 + column]!,
      ),
    );
  });
  return { tokens, mask: there.flat() };
}

describe('a grid of maps with holes', () => {
  it.each([
    ['9×9, pooled, of an odd side', 9],
    ['20×20, pooled twice', 20],
    ['50×50, with a stride, then pooled twice', 50],
  ])('%s is the formula', async (_, size) => {
    const scope = createScope();
    const shape = ['batch', 2, size, size];
    const features = convolutionGrid(scope, input('x', 'float32', shape), input('present', 'float32', ['batch', 1]), {
      ...{ dim: 3, channels: 2, depth: 1 },
      valid: input('valid', 'float32', ['batch', 1, size, size]),
    });
    const weights = someWeights(scope.parameters);
    const map: Planes = range(2).map((channel) =>
      range(size).map((y) => range(size).map((x) => Math.sin(channel + y * 1.7 + x * x * 0.9))),
    );
    const valid = range(size).map((y) => range(size).map((x) => isValid(size, y, x)));
    const tensor = (dims: number[], data: readonly number[]): Tensor => ({
      dtype: 'float32',
      shape: dims,
      data: Float32Array.from(data),
    });
    const { tokens, mask, pooled } = features;
    const found = await runGraph(
      { tokens, mask, pooled },
      {
        x: tensor([1, 2, size, size], map.flat(2)),
        valid: tensor([1, 1, size, size], valid.flat()),
        present: tensor([1, 1], [1]),
      },
      weights,
    );
    const expected = reference(map, valid, weights);
    expect(numbers(found['mask'])).toEqual(expected.mask);
    expect(new Set(expected.mask).size).toBe(2);
    expectAllClose(numbers(found['tokens']), expected.tokens.flat());
    const kept = expected.tokens.filter((_token, place) => expected.mask[place] === 1);
    expectAllClose(
      numbers(found['pooled']),
      range(3).map((column) => meanOf(kept.map((token) => token[column]!))),
    );
  });

  it('has the widths of its size, but for those that are given', () => {
    expect(gridWidths('tiny', {})).toEqual({ dim: 64, channels: 8, depth: 1 });
    expect(gridWidths('base', { channels: 4 })).toEqual({ dim: 256, channels: 4, depth: 2 });
  });
});
