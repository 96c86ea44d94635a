import { inputName } from '../import/at.js';
import type { Shape, SymbolicTensor } from '@sensorium/contracts';
import * as g from '@sensorium/graph';
import { integerAttribute } from '@sensorium/graph/protobuf';
import type { Call } from '../import/call.js';
import { operators, type Rewrite, type Unknown } from './record.js';
import { axisOf, shapeOf, shaped } from './rules/shapes.js';

function spectrumShape(call: Call, unknown: Unknown): Shape | undefined {
  const [shape, isPart] = [shapeOf(call), Boolean(call.inputs[1]) || call.flag('onesided')];
  if (!shape || (call.flag('onesided') && call.flag('inverse'))) return undefined;
  const isSaid = call.inputs.length < 3;
  return shape.map((size, axis) => {
    if (axis === shape.length - 1) return 2;
    return isPart && !(isSaid && axis !== axisOf(call, 1)) ? unknown(axis) : size;
  });
}

/** The axis was an attribute whose default was another. */
const axisToAttribute: Rewrite = (node, context) => {
  const [x, length, given] = [inputName(node, 0), node.input[1], node.input[2]];
  const axis = given ? context.integers(given)?.[0] : -2;
  if (axis === undefined) return [node];
  return [
    { ...node, input: length ? [x, length] : [x], attribute: [...node.attribute, integerAttribute('axis', axis)] },
  ];
};

/** Longer frames are left to the runtime's fast transform: here each is a product with a matrix. */
const LONGEST_FRAME = 4096;

/** Frames of a signal [B,N,1] (or [B,N,2], complex) under a window, each as [B,frames,frequencies,2]. */
function shortTimeFourier(call: Call): SymbolicTensor | undefined {
  const [x, step, window] = [call.x(0), call.scalar(1), call.optional(2)];
  const length = call.inputs[3] ? call.scalar(3) : window?.shape[0];
  const [, size, parts] = x.shape;
  if (!step || typeof length !== 'number' || typeof size !== 'number' || length > LONGEST_FRAME) return undefined;
  const starts = g.unsqueeze(g.range(0, size - length + 1, step), 1);
  const indices = g.add(starts, g.range(0, length));
  const framesOf = (part: number): SymbolicTensor => {
    const frames = g.gather(g.squeeze(g.slice(x, 2, part, part + 1), 2), indices, 1);
    return window ? g.mul(frames, window) : frames;
  };
  const frequencies = call.flag('onesided', true) ? Math.floor(length / 2) + 1 : length;
  const wave = (of: (angle: number) => number): SymbolicTensor =>
    g.constant(
      range(length * frequencies).map((at) => {
        const turns = (Math.floor(at / frequencies) * (at % frequencies)) % length;
        return of((2 * Math.PI * turns) / length);
      }),
      x.dtype,
      [length, frequencies],
    );
  const [cos, sin] = [wave(Math.cos), wave(Math.sin)];
  const real = framesOf(0);
  const [a, b] = [g.matmul(real, cos), g.neg(g.matmul(real, sin))];
  if (parts === 1) return pairOf(a, b);
  const imaginary = framesOf(1);
  return pairOf(g.add(a, g.matmul(imaginary, sin)), g.add(b, g.matmul(imaginary, cos)));
}

const pairOf = (real: SymbolicTensor, imaginary: SymbolicTensor): SymbolicTensor =>
  g.concat([g.unsqueeze(real, -1), g.unsqueeze(imaginary, -1)], -1);

const range = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

export const spectral = operators({
  BlackmanWindow: {},
  DFT: { infer: shaped(spectrumShape), newer: [20, axisToAttribute], since: { inputs: [2, 20] } },
  HammingWindow: {},
  HannWindow: {},
  MelWeightMatrix: {},
  STFT: {
    lower: shortTimeFourier,
    infer: shaped((call, unknown) => [shapeOf(call)?.[0] ?? unknown(0), unknown(1), unknown(2), 2]),
  },
});
