import type { SymbolicTensor } from '@sensorium/contracts';
import { defineOperator, single, type GradientContext } from '../operator.js';
import { formatShape, shapeError } from '../shape.js';
import { add, cast, div, maximum, mul } from './arithmetic.js';
import { equal } from './comparison.js';
import { mean } from './reduction.js';
import { placesOf, unfold, type Window } from './windows.js';

interface PoolAttributes {
  readonly [attribute: string]: readonly number[];
  readonly kernel_shape: readonly [number, number];
  readonly strides: readonly [number, number];
}

const windowOf = ({ kernel_shape, strides }: PoolAttributes): Window => ({
  kernel: kernel_shape,
  strides,
  dilations: [1, 1],
  padding: [0, 0, 0, 0],
});
