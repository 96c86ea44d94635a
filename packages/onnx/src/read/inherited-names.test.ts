import { node, onnxFile, spreadTensor } from '@sensorium/graph/testing';
import { describe, expect, it } from 'vitest';
import { expectRoundTrip, importFor, runImported } from '../testing/round-trip.js';

/** What every object of JavaScript has. */
const inherited = ['constructor', 'toString', 'valueOf', 'hasOwnProperty', '__proto__'];
const x = spreadTensor('float32', [2, 3], 1);

describe('an ONNX file with names of JavaScript', () => {
  it.each(inherited)('has an operator that nobody knows, as the engine says: %s', async (name) => {
    for (const domain of ['', name]) {
      const file = onnxFile({
        nodes: [{ ...node(name, ['x'], ['y']), domain }],
        inputs: { x },
        initializers: {},
        outputs: { y: x },
      });
      const running = (async () => runImported(importFor(file, { x }), { x }))();
      await expect(running).rejects.toMatchObject({
        code: 'SENSORIUM_BAD_MODEL',
        message: expect.stringContaining(name),
      });
    }
  });

  it.each(inherited)('may call tensors so: %s', async (name) => {
    const file = onnxFile({
      nodes: [node('MatMul', ['x', name], [`${name}2`]), node('Relu', [`${name}2`], ['y'])],
      inputs: { x },
      initializers: Object.fromEntries([[name, spreadTensor('float32', [3, 4], 1)]]),
      outputs: { y: { dtype: 'float32', shape: [2, 4] } },
    });
    await expectRoundTrip(file, { x });
  });
});
