import * as g from '../operators/index.js';
import { paddedShape, paddedValues, type PadCase } from './padding-reference.js';
import { listwise, type OperatorCase } from './operator-case.js';
import { interpolate, resizedShape, type ResizeCase } from './resize-reference.js';

const pads: readonly PadCase[] = [
  { x: [2, 3], padding: [1, 2, 0, 3] },
  { x: [2, 1, 3], padding: [0, 1, 1, 0, 0, 2], value: -1.5 },
  { x: [4, 5], padding: [-1, 2, -2, -3], value: 0.5 },
  { x: [3, 4], padding: [2, 0, 1, 3], mode: 'reflect' },
  { x: [1, 2, 4, 3], padding: [0, 0, 1, 2, 0, 0, 3, 0], mode: 'reflect' },
  { x: [2, 3], padding: [3, 2, 1, 5], mode: 'edge' },
];

const sizes: readonly ResizeCase[] = [
  { x: [1, 2, 4, 3], to: { sizes: [6, 8] } },
  { x: [1, 2, 3, 4], to: { scales: [2, 2] }, coordinates: 'asymmetric', nearest: 'floor' },
  { x: [2, 1, 3, 4], to: { sizes: [7, 6] }, mode: 'linear' },
  { x: [1, 2, 5, 4], to: { sizes: [3, 6] }, mode: 'linear', coordinates: 'align_corners' },
  { x: [1, 2, 4, 3], to: { sizes: [6, 7] }, mode: 'cubic' },
  { x: [1, 1, 5, 4], to: { scales: [1.3, 1.7] }, mode: 'cubic', cubicCoefficient: -0.5, excludeOutside: true },
  { x: [2, 3, 5], to: { sizes: [8] } },
  { x: [2, 3, 5], to: { scales: [1.7] }, mode: 'linear' },
  { x: [1, 2, 2, 3, 4], to: { sizes: [4, 5, 2] } },
  { x: [1, 1, 2, 3, 4], to: { sizes: [3, 3, 6] }, mode: 'linear' },
];

/** What puts something around images, and what changes their size. */
export const imageCases: Readonly<Record<string, readonly OperatorCase[]>> = {
  padAxes: pads.map((one) =>
    listwise({
      build: (x) => g.padAxes(x, one.padding, one),
      inputs: [one.x],
      shape: paddedShape(one),
      formula: (values) => paddedValues(one, values),
    }),
  ),
  resize: sizes.map((one) =>
    listwise({
      build: (x) => g.resize(x, one.to, one),
      inputs: [one.x],
      shape: resizedShape(one),
      formula: (values) => interpolate(one, values),
    }),
  ),
};
