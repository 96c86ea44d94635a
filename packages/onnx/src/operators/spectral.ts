import { inputName } from '../import/at.js';
import type { Shape } from '@sensorium/contracts';
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

export const spectral = operators({
  BlackmanWindow: {},
  DFT: { infer: shaped(spectrumShape), newer: [20, axisToAttribute], since: { inputs: [2, 20] } },
  HammingWindow: {},
  HannWindow: {},
  MelWeightMatrix: {},
  STFT: { infer: shaped((call, unknown) => [shapeOf(call)?.[0] ?? unknown(0), unknown(1), unknown(2), 2]) },
});
