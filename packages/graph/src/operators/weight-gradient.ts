import type { Shape, SymbolicTensor } from '@sensorium/contracts';
import { at, knownSize } from '../shape.js';
import { conv } from './convolution.js';
import { matmul } from './linear-algebra.js';
import { padAxes } from './padding.js';
import { flatten, reshape, reshapeLike, transpose, unsqueeze } from './shaping.js';
import { unfold } from './unfold.js';
import { spatialAxes, unreachedBy, type Window } from './windows.js';

/**
 * The gradient of a convolution of images x [B,C,…spatial] with respect to its weight of `shape` [O,C/groups,…kernel],
 * where the gradient of its result is `upstream` [B,O,…places].
 */
export function weightGradient(
  x: SymbolicTensor,
  upstream: SymbolicTensor,
  shape: Shape,
  window: Window,
  groups: number,
): SymbolicTensor {
  // Where images become channels, there has to be a known number of them.
  const channelwise = groups > 1 && knownSize(shape, 1) === 1 && typeof x.shape[0] === 'number';
  const gradient = channelwise ? byConvolution(x, upstream, window, groups) : byProduct(x, upstream, window, groups);
  return reshapeLike(gradient, shape);
}

/**
 * One matrix product over all places of all images for each group, several times faster than a convolution where a group
 * has more than one channel. → [O,C/groups,elements]
 */
function byProduct(x: SymbolicTensor, upstream: SymbolicTensor, window: Window, groups: number): SymbolicTensor {
  // [groups·B,places,elements,C/groups] → [groups,B·places,elements·C/groups]
  const windows = unfold(flatten(groupsFirst(x, groups), 0, 2), window);
  const [elements, depth] = [knownSize(windows.shape, 2), knownSize(windows.shape, 3)];
  const rows = reshape(windows, [groups, -1, elements * depth]);
  // [B,O,…places] → [groups,O/groups,B·places]
  const errors = flatten(transpose(flatten(groupsFirst(upstream, groups), 3), [0, 2, 1, 3]), 2);
  return transpose(reshape(matmul(errors, rows), [-1, elements, depth]));
}

/** [B,C,…spatial] → [groups,B,C/groups,…spatial] */
function groupsFirst(x: SymbolicTensor, groups: number): SymbolicTensor {
  if (groups === 1) return unsqueeze(x, 0);
  const split = reshape(x, [...x.shape.slice(0, 1), groups, knownSize(x.shape, 1) / groups, ...x.shape.slice(2)]);
  return transpose(split, [1, 0, ...split.shape.slice(2).map((_, axis) => axis + 2)]);
}

/**
 * The images convolved with the upstream gradient, for groups of one channel, whose matrix products would have hardly any
 * rows: the images of a batch are the channels of a group, stride and dilation change places. → [1,O,…kernel]
 */
function byConvolution(x: SymbolicTensor, upstream: SymbolicTensor, window: Window, groups: number): SymbolicTensor {
  const { strides, dilations, pads } = window;
  const rank = strides.length;
  const ends = unreachedBy(x.shape, window).map((unreached, axis) => at(pads, rank + axis) - unreached);
  const reached = padAxes(x, [0, 0, ...ends.map(() => 0), 0, 0, ...ends.map((size) => Math.min(0, size))]);
  const swap = (images: SymbolicTensor): SymbolicTensor => transpose(images, [1, 0, ...spatialAxes(images)]);
  const channels = reshape(swap(reached), [1, -1, ...reached.shape.slice(2)]);
  const padding = [...pads.slice(0, rank), ...ends.map((size) => Math.max(0, size))];
  return conv(channels, swap(upstream), { stride: dilations, dilation: strides, padding, groups });
}
