import type { SymbolicTensor } from '@sensorium/contracts';
import * as g from '../../../operators/index.js';
import { knownShape } from '../../../shape.js';
import type { Call } from '../call.js';
import type { Lowerings } from './lowering.js';

/** [B,b·b·C,H,W] → [B,C,H·b,W·b]: blocks of channels become squares of pixels. */
function depthToSpace(call: Call): SymbolicTensor {
  const x = call.x(0);
  const [block, batch] = [call.integer('blocksize', 1), x.shape.slice(0, 1)];
  const [channels = 1, height = 1, width = 1] = knownShape(x.shape.slice(1), 'a change of depth to space');
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
  const [channels = 1, height = 1, width = 1] = knownShape(x.shape.slice(1), 'a change of space to depth');
  const [rows, columns] = [height / block, width / block];
  const apart = g.reshape(x, [...batch, channels, rows, block, columns, block]);
  return g.reshape(g.transpose(apart, [0, 3, 5, 1, 2, 4]), [...batch, channels * block ** 2, rows, columns]);
}

export const blocks: Lowerings = { DepthToSpace: depthToSpace, SpaceToDepth: spaceToDepth };
