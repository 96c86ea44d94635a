import type { Shape, SymbolicTensor } from '@sensorium/contracts';
import { defineOperator, single } from '../operator.js';
import { dtypeError, shapeError } from '../error.js';
import { formatShape, knownSize, sameShape } from '../shape.js';
import { gemm, matmul } from './linear-algebra.js';
import { sum } from './reduction.js';
import { flatten, reshape, transpose } from './shaping.js';
import { channelsLast, placesOf, unfold, unreachedBy, type Padding, type Window } from './windows.js';

export interface ConvolutionOptions {
  /** Default 1 */
  stride?: number;
  /** Zeros on every side, or [top, left, bottom, right]. Default 0 */
  padding?: number | Padding;
  /** Input and output channels are split into so many groups that do not see each other. Default 1 */
  groups?: number;
  /** Distance of neighbouring weights in the image. Default 1 */
  dilation?: number;
  /** [O], added to the output's channels. Default none */
  bias?: SymbolicTensor;
}

interface ConvolutionAttributes {
  readonly [attribute: string]: number | readonly number[] | undefined;
  readonly kernel_shape: readonly [number, number];
  readonly strides: readonly [number, number];
  readonly dilations: readonly [number, number];
  readonly pads: Padding;
  readonly group: number;
}

const attributesOf = ({ kernel, strides, dilations, padding }: Window, groups: number): ConvolutionAttributes => ({
  kernel_shape: kernel,
  strides,
  dilations,
  pads: padding,
  group: groups,
});

const windowOf = ({ kernel_shape, strides, dilations, pads }: ConvolutionAttributes): Window => ({
  kernel: kernel_shape,
  strides,
  dilations,
  padding: pads,
});

const convolutionOperator = defineOperator<ConvolutionAttributes>('Conv', {
  shape: ([x, weight], attributes) => [
    ...x.shape.slice(0, 1),
    ...weight.shape.slice(0, 1),
    ...placesOf(x.shape, windowOf(attributes)),
  ],
  gradient: ({ inputs: [x, weight], upstream, attributes }) => [
    transposedConvolution(upstream, weight, x.shape, windowOf(attributes), attributes.group),
    weightGradient(upstream, x, weight, attributes),
    sum(upstream, [0, 2, 3]),
  ],
});

/**
 * Convolution of images x [B,C,H,W] with weight [O,C/groups,kh,kw] → [B,O,H',W'], where
 * H' = ⌊(H + top + bottom − dilation·(kh − 1) − 1) / stride⌋ + 1.
 * Throws SENSORIUM_SHAPE where channels and groups do not fit, or the kernel is larger than the padded image.
 */
export function conv2d(
  x: SymbolicTensor,
  weight: SymbolicTensor,
  { stride = 1, padding = 0, groups = 1, dilation = 1, bias }: ConvolutionOptions = {},
): SymbolicTensor {
  check(x, weight, groups, bias);
  const window: Window = {
    kernel: [knownSize(weight.shape, 2), knownSize(weight.shape, 3)],
    strides: [stride, stride],
    dilations: [dilation, dilation],
    padding: typeof padding === 'number' ? [padding, padding, padding, padding] : padding,
  };
  return single(convolutionOperator(bias ? [x, weight, bias] : [x, weight], attributesOf(window, groups)));
}

function check(x: SymbolicTensor, weight: SymbolicTensor, groups: number, bias?: SymbolicTensor): void {
  if (x.shape.length !== 4 || weight.shape.length !== 4) {
    throw shapeError(
      `a convolution of ${formatShape(x.shape)} with ${formatShape(weight.shape)}; it takes images [B,C,H,W] and a weight [O,C/groups,kh,kw]`,
    );
  }
  if (!x.dtype.startsWith('float') || weight.dtype !== x.dtype) {
    throw dtypeError(
      `a convolution of ${x.dtype} with ${weight.dtype}; both are floats of the same size`,
      'Use cast().',
    );
  }
  const [channels, outputs] = [knownSize(x.shape, 1), knownSize(weight.shape, 0)];
  if (outputs % groups !== 0 || knownSize(weight.shape, 1) * groups !== channels) {
    throw shapeError(
      `a weight ${formatShape(weight.shape)} in ${groups} groups does not fit images ${formatShape(x.shape)}`,
      'The weight is [O,C/groups,kh,kw], and groups divides both C and O.',
    );
  }
  if (bias && !sameShape(bias.shape, [outputs])) {
    throw shapeError(`a bias ${formatShape(bias.shape)} does not fit ${outputs} output channels`);
  }
}

interface TransposedAttributes {
  readonly [attribute: string]: Shape | number;
  readonly $shape: Shape;
}
const transposedOperator = defineOperator<TransposedAttributes>('ConvTranspose', { shape: (_, { $shape }) => $shape });

/** The adjoint of a convolution of images of `shape`: every place is spread back over the elements under its window. */
export function transposedConvolution(
  y: SymbolicTensor,
  weight: SymbolicTensor,
  shape: Shape,
  window: Window,
  groups = 1,
): SymbolicTensor {
  const attributes = {
    ...attributesOf(window, groups),
    output_padding: unreachedBy(shape, window),
    $shape: shape,
  };
  return single(transposedOperator([y, weight], attributes));
}

/**
 * One matrix product over all places of all images, group by group: several times faster than a convolution of the images
 * with the upstream gradient.
 */
function weightGradient(
  upstream: SymbolicTensor,
  x: SymbolicTensor,
  weight: SymbolicTensor,
  attributes: ConvolutionAttributes,
): SymbolicTensor {
  const { group, kernel_shape } = attributes;
  const [outputs, channels] = [knownSize(weight.shape, 0) / group, knownSize(weight.shape, 1)];
  const windows = flatten(unfold(x, windowOf(attributes)), 0, 2);
  const errors = flatten(channelsLast(upstream), 0, 2);
  const product =
    group === 1
      ? gemm(flatten(windows, 1), errors, true)
      : matmul(rowsByGroup(windows, group), columnsByGroup(errors, group));
  const byGroup = transpose(reshape(product, [group, ...kernel_shape, channels, outputs]), [0, 4, 3, 1, 2]);
  return flatten(byGroup, 0, 2);
}

/** [places,elements,C] → [groups,elements·C/groups,places] */
function rowsByGroup(windows: SymbolicTensor, groups: number): SymbolicTensor {
  const [places = 1, elements = 1] = windows.shape;
  return flatten(transpose(reshape(windows, [places, elements, groups, -1]), [2, 1, 3, 0]), 1, 3);
}

/** [places,O] → [groups,places,O/groups] */
function columnsByGroup(errors: SymbolicTensor, groups: number): SymbolicTensor {
  return transpose(reshape(errors, [...errors.shape.slice(0, 1), groups, -1]), [1, 0, 2]);
}
