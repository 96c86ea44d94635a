import type { SymbolicTensor } from '@sensorium/contracts';
import { dtypeError, shapeError } from '../error.js';
import { elementsOf } from '../cost.js';
import { defineOperator, single } from '../operator.js';
import { formatShape, sameShape } from '@sensorium/tensors';
import { knownSize } from '../shape.js';
import { sum } from './reduction.js';
import { adjointConvolution } from './transposed-convolution.js';
import { weightGradient } from './weight-gradient.js';
import {
  placesOf,
  spatialAxes,
  spatialRank,
  windowOf,
  type Window,
  type WindowOptions,
  windowTypes,
} from './windows.js';

export interface ConvolutionOptions extends WindowOptions {
  /** Input and output channels are split into so many groups that do not see each other. Default 1 */
  groups?: number;
  /** [O], added to the output's channels. Default none */
  bias?: SymbolicTensor;
}

interface ConvolutionAttributes extends Window {
  readonly group: number;
}

const convolutionOperator = defineOperator<ConvolutionAttributes>('Conv', {
  attributes: { ...windowTypes, group: 'int' },
  operations: ({ inputs: [, weight], output }) => 2 * elementsOf(output.shape) * elementsOf(weight.shape.slice(1)),
  shape: ([x, weight], attributes) => [
    ...x.shape.slice(0, 1),
    ...weight.shape.slice(0, 1),
    ...placesOf(x.shape, attributes),
  ],
  gradient: ({ inputs: [x, weight], upstream, attributes }) => [
    adjointConvolution(upstream, weight, x.shape, attributes, attributes.group),
    weightGradient(x, upstream, weight.shape, attributes, attributes.group),
    sum(upstream, [0, ...spatialAxes(upstream)]),
  ],
});

/**
 * Convolution of images x [B,C,…spatial] with weight [O,C/groups,…kernel] → [B,O,…], in one, two or three dimensions.
 * Along an axis of size n there are ⌊(n + begin + end − dilation·(kernel − 1) − 1) / stride⌋ + 1 places; padding is zeros.
 * Throws SENSORIUM_SHAPE where channels and groups do not fit, or the kernel is larger than the padded image.
 */
export function conv(
  x: SymbolicTensor,
  weight: SymbolicTensor,
  { groups = 1, bias, ...options }: ConvolutionOptions = {},
): SymbolicTensor {
  const kernel = kernelOf(x, weight, 'a convolution');
  const [outputs, depth] = [knownSize(weight.shape, 0), knownSize(weight.shape, 1)];
  if (outputs % groups !== 0 || depth * groups !== knownSize(x.shape, 1)) {
    throw shapeError(
      `a weight ${formatShape(weight.shape)} in ${groups} groups does not fit images ${formatShape(x.shape)}`,
      'The weight is [O,C/groups,…kernel], and groups divides both C and O.',
    );
  }
  checkBias(bias, outputs);
  const attributes = { ...windowOf(kernel, options), group: groups };
  return single(convolutionOperator(bias ? [x, weight, bias] : [x, weight], attributes));
}

/** The sizes of the kernel of a weight [·,·,…kernel] for images [B,C,…spatial]. */
export function kernelOf(x: SymbolicTensor, weight: SymbolicTensor, purpose: string): number[] {
  spatialRank(x, purpose);
  if (x.shape.length !== weight.shape.length) {
    throw shapeError(
      `${purpose} of ${formatShape(x.shape)} with ${formatShape(weight.shape)}; the weight has an axis for each of the images [B,C,…spatial]`,
    );
  }
  if (!x.dtype.startsWith('float') || weight.dtype !== x.dtype) {
    throw dtypeError(`${purpose} of ${x.dtype} with ${weight.dtype}; both are floats of the same size`, 'Use cast().');
  }
  return spatialAxes(weight).map((axis) => knownSize(weight.shape, axis));
}

export function checkBias(bias: SymbolicTensor | undefined, outputs: number): void {
  if (bias && !sameShape(bias.shape, [outputs])) {
    throw shapeError(`a bias ${formatShape(bias.shape)} does not fit ${outputs} output channels`);
  }
}
