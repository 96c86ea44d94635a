import type { SymbolicTensor } from '@sensorium/contracts';
import * as g from '../operators/index.js';
import {
  convolutionOf,
  convolve,
  spreading,
  spreadShape,
  windowsOf,
  type ConvolutionCase,
  type PoolCase,
  type TransposedCase,
} from './convolution-reference.js';
import { range, size, total } from './numbers.js';
import { listwise, type OperatorCase } from './operator-case.js';

type Limit = Pick<OperatorCase, 'refusedByWebgpu'>;

const noVolumes = { refusedByWebgpu: 'three dimensions, which its ConvTranspose does not have' };
const noGroupsOfVolumes = { refusedByWebgpu: 'groups in three dimensions, which its Conv does not have' };
const noGradientsOfVolumes = {
  refusedByWebgpu: 'gradients in three dimensions with strides, for which its ConvTranspose has two at most',
};

const convolutions: readonly (ConvolutionCase & Limit)[] = [
  { x: [2, 3, 8], weight: [2, 3, 3], stride: 2, padding: [2, 1] },
  { x: [2, 2, 5, 4], weight: [3, 2, 3, 3], stride: 2, padding: [0, 1, 2, 3] },
  { x: [1, 4, 4, 5], weight: [4, 2, 2, 3], groups: 2, padding: 1 },
  { x: [1, 3, 6, 5], weight: [6, 1, 3, 3], groups: 3, stride: 2, dilation: 2, padding: 2 },
  { x: [1, 2, 3, 3, 4], weight: [2, 2, 2, 3, 2], padding: [0, 1, 1, 1, 1, 0] },
  { x: [1, 2, 3, 3, 4], weight: [2, 1, 2, 2, 2], groups: 2, ...noGroupsOfVolumes },
  { x: [1, 2, 3, 3, 4], weight: [2, 2, 2, 2, 2], stride: 2, ...noGradientsOfVolumes },
];

function convolution(
  { x, weight, refusedByWebgpu, ...options }: ConvolutionCase & Limit,
  isBiased: boolean,
): OperatorCase {
  const definition = convolutionOf({ x, weight, ...options });
  return listwise({
    build: (images, kernel, bias) => g.conv(images, kernel, { ...options, bias }),
    inputs: isBiased ? [x, weight, [weight[0]!]] : [x, weight],
    shape: definition.shape,
    refusedByWebgpu,
    formula: (images, kernel, bias) => convolve(definition, images, kernel, bias),
  });
}

const transposed: readonly (TransposedCase & Limit)[] = [
  { x: [2, 3, 4], weight: [3, 2, 4], stride: 2, padding: [1, 2], outputPadding: 1 },
  { x: [2, 2, 3, 4], weight: [2, 3, 3, 3], stride: 2, padding: 1, outputPadding: 1 },
  { x: [1, 4, 3, 3], weight: [4, 3, 3, 2], groups: 2, stride: [1, 2], dilation: [2, 1] },
  { x: [1, 4, 3, 2], weight: [4, 1, 2, 3], groups: 2, stride: 2 },
  { x: [1, 2, 2, 3, 2], weight: [2, 2, 2, 2, 3], stride: [2, 1, 2], padding: [0, 1, 1, 1, 0, 1], ...noVolumes },
];

function transposedConvolution(
  { x, weight, refusedByWebgpu, ...options }: TransposedCase & Limit,
  isBiased: boolean,
): OperatorCase {
  const shape = spreadShape({ x, weight, ...options });
  return listwise({
    build: (images, kernel, bias) => g.convTranspose(images, kernel, { ...options, bias }),
    inputs: isBiased ? [x, weight, [shape[1]!]] : [x, weight],
    shape,
    refusedByWebgpu,
    formula: spreading({ x, weight, ...options }),
  });
}

const images: readonly PoolCase[] = [
  { x: [2, 2, 7], size: 3, stride: 2, padding: [1, 0] },
  { x: [1, 2, 4, 6], size: 2 },
  { x: [1, 2, 5, 4], size: [2, 3], stride: [1, 2], padding: [1, 0, 0, 2] },
];
const volume: PoolCase = { x: [1, 1, 4, 3, 4], size: [2, 3, 2], stride: [2, 1, 2], padding: [1, 1, 0, 0, 1, 1] };
const dilated: PoolCase = { x: [1, 2, 5, 6], size: [3, 2], stride: 2, dilation: [2, 1], padding: [2, 1, 1, 0] };

const averaged = [...images, { ...volume, ...noGradientsOfVolumes }];

const pooling =
  (
    pool: (x: SymbolicTensor, size: g.PerAxis, options: g.WindowOptions) => SymbolicTensor,
    reduce: (values: readonly number[], elements: number) => number,
  ) =>
  ({ x, size, refusedByWebgpu, ...options }: PoolCase & Limit): OperatorCase => {
    const { shape, windows, elements } = windowsOf({ x, size, ...options });
    return listwise({
      build: (images) => pool(images, size, options),
      inputs: [x],
      shape,
      refusedByWebgpu,
      formula: (images) =>
        windows.map((window) =>
          reduce(
            window.map((at) => images[at]!),
            elements,
          ),
        ),
    });
  };

const whole = (
  pool: (x: SymbolicTensor) => SymbolicTensor,
  reduce: (values: readonly number[]) => number,
): OperatorCase[] =>
  [
    [2, 3, 4],
    [2, 2, 3, 2],
    [1, 2, 2, 3, 2],
  ].map((x) => {
    const area = size(x.slice(2));
    return listwise({
      build: (images) => pool(images),
      inputs: [x],
      shape: x.slice(0, 2),
      formula: (images) => range(x[0]! * x[1]!).map((c) => reduce(images.slice(c * area, (c + 1) * area))),
    });
  });

const largest = (values: readonly number[]): number => Math.max(...values);
const average = (values: readonly number[]): number => total(values) / values.length;

/** Operators whose windows move over images in one, two and three dimensions. */
export const convolutionCases: Readonly<Record<string, readonly OperatorCase[]>> = {
  conv: convolutions.flatMap((one, at) => convolution(one, at % 2 === 0)),
  convTranspose: transposed.flatMap((one, at) => transposedConvolution(one, at % 2 === 0)),
  maxPool: [...images, volume, dilated].map(pooling(g.maxPool, largest)),
  averagePool: [
    ...averaged.map(pooling(g.averagePool, average)),
    ...averaged.map(
      pooling(
        (x, size, options) => g.averagePool(x, size, { ...options, countIncludePad: true }),
        (values, elements) => total(values) / elements,
      ),
    ),
  ],
  globalAveragePool: whole(g.globalAveragePool, average),
  globalMaxPool: whole(g.globalMaxPool, largest),
};
