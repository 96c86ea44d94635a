import { itemAt } from '../import/at.js';
import type { Dimension, Shape, SymbolicTensor } from '@sensorium/contracts';
import * as g from '@sensorium/graph';
import { knownSize } from '@sensorium/graph';
import {
  divideDimensions,
  fold,
  knownShape,
  multiplyDimensions,
  placesOf,
  shapeError,
} from '@sensorium/graph/transform';
import { formatShape } from '@sensorium/tensors';
import type { Call } from '../import/call.js';
import { operators, type ShapeRule, type Unknown } from './record.js';
import { samplesBatch } from './rules/batches.js';
import { shapeOf, shaped, targetShape } from './rules/shapes.js';

/** Channels, height and width of [B,C,H,W]. */
function imageSizes(shape: Shape, purpose: string): [number, number, number] {
  const sizes = knownShape(shape.slice(1), purpose);
  return [itemAt(sizes, 0), itemAt(sizes, 1), itemAt(sizes, 2)];
}

/** [B,b·b·C,H,W] → [B,C,H·b,W·b]: blocks of channels become squares of pixels. */
function depthToSpace(call: Call): SymbolicTensor {
  const x = call.x(0);
  const [block, batch] = [call.integer('blocksize', 1), x.shape.slice(0, 1)];
  const [channels, height, width] = imageSizes(x.shape, 'a change of depth to space');
  const depth = channels / block ** 2;
  const isDepthLast = call.text('mode', 'DCR') === 'DCR';
  const parts = isDepthLast ? [block, block, depth] : [depth, block, block];
  const apart = g.reshape(x, [...batch, ...parts, height, width]);
  const placed = g.transpose(apart, isDepthLast ? [0, 3, 4, 1, 5, 2] : [0, 1, 4, 2, 5, 3]);
  return g.reshape(placed, [...batch, depth, height * block, width * block]);
}

/** [B,C,H·b,W·b] → [B,b·b·C,H,W]: squares of pixels become blocks of channels. */
function spaceToDepth(call: Call): SymbolicTensor {
  const x = call.x(0);
  const [block, batch] = [call.integer('blocksize', 1), x.shape.slice(0, 1)];
  const [channels, height, width] = imageSizes(x.shape, 'a change of space to depth');
  const [rows, columns] = [height / block, width / block];
  const apart = g.reshape(x, [...batch, channels, rows, block, columns, block]);
  return g.reshape(g.transpose(apart, [0, 3, 5, 1, 2, 4]), [...batch, channels * block ** 2, rows, columns]);
}

/** [B,C·elements,places] → [B,C,…image]: every column is a block of the image, and where blocks overlap they are added. */
function columnsToImage(call: Call): SymbolicTensor | undefined {
  const [x, image, block] = [call.x(0), call.numbers(1), call.numbers(2)];
  if (!image || !block) return undefined;
  const [ones, none] = [block.map(() => 1), [...block, ...block].map(() => 0)];
  const window = {
    kernel_shape: block,
    strides: call.integers('strides') ?? ones,
    dilations: call.integers('dilations') ?? ones,
    pads: call.integers('pads') ?? none,
  };
  const elements = block.reduce((a, b) => a * b, 1);
  const [batch, places] = [itemAt(x.shape, 0), itemAt(x.shape, 2)];
  const shape = [batch, knownSize(x.shape, 1) / elements, ...image];
  const expected = placesOf(shape, window).reduce((a, b) => a * b, 1);
  if (places !== expected)
    throw shapeError(`${formatShape(x.shape)} has ${places} columns, and there are ${expected} places`);
  const columns = g.transpose(g.reshape(x, [batch, itemAt(shape, 1), elements, places]), [0, 3, 2, 1]);
  return fold(columns, shape, window);
}

/** [B,C,H,W] with squares of pixels for channels, or the other way round. */
const blocksShape = (toSpace: boolean): ShapeRule =>
  shaped((call, unknown) => {
    const [shape, block] = [shapeOf(call), call.integer('blocksize', 1)];
    if (!shape) return undefined;
    const larger = (axis: number, factor: number): Dimension => multiplyDimensions(itemAt(shape, axis), factor);
    const smaller = (axis: number, factor: number): Dimension =>
      divideDimensions(itemAt(shape, axis), factor) ?? unknown(axis);
    const [channels, space] = toSpace ? [smaller, larger] : [larger, smaller];
    return [itemAt(shape, 0), channels(1, block ** 2), space(2, block), space(3, block)];
  });

function imagesShape(call: Call, unknown: Unknown): Shape | undefined {
  const [shape, sizes] = [shapeOf(call), targetShape(call, 1, unknown)];
  const block = call.numbers(2)?.reduce((a, b) => a * b, 1);
  if (!shape || !sizes) return undefined;
  return [itemAt(shape, 0), (block && divideDimensions(itemAt(shape, 1), block)) || unknown(1), ...sizes];
}

export const blocks = operators({
  Col2Im: { lower: columnsToImage, infer: shaped(imagesShape), since: { operator: 18 } },
  DepthToSpace: { lower: depthToSpace, infer: blocksShape(true), batch: samplesBatch },
  SpaceToDepth: { lower: spaceToDepth, infer: blocksShape(false), batch: samplesBatch },
});
