import type { SymbolicTensor } from '@sensorium/contracts';
import * as graph from '@sensorium/graph';
import { examplesOf, node, onnxFile, runExample } from '@sensorium/graph/testing';
import { expect, it } from 'vitest';
import * as onnx from './index.js';

const [importing] = examplesOf(new URL('../README.md', import.meta.url));

it('the example of the README imports a model', () => {
  const bytes = onnxFile({
    nodes: [
      node('Transpose', ['input'], ['planes'], { perm: [0, 3, 1, 2] }),
      node('GlobalAveragePool', ['planes'], ['means']),
      node('Flatten', ['means'], ['pool']),
      node('Softmax', ['pool'], ['probabilities']),
    ],
    inputs: { input: { dtype: 'float32', shape: [1, 224, 224, 3] } },
    outputs: { probabilities: { dtype: 'float32', shape: [1, 3] } },
  });
  const logits = runExample(importing!, 'logits', { ...graph, ...onnx }, { bytes }) as SymbolicTensor;
  expect(logits.shape).toEqual(['batch', 10]);
});
