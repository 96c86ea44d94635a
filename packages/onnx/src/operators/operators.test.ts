import { expect, it } from 'vitest';
import { cpu } from '@sensorium/backend-node';
import { node, onnxFile } from '@sensorium/graph/testing';
import { newestOpset } from '../read/opset.js';
import { allOperators } from './index.js';

/** What ONNX Runtime says of a file with one node that reads nothing. */
async function refusalOf(type: string): Promise<string> {
  const file = onnxFile({ nodes: [node(type, [], ['y'])], outputs: { y: { dtype: 'float32' } }, opset: newestOpset });
  try {
    await (await cpu.load(file)).dispose();
    return '';
  } catch (error) {
    return (error as Error).message;
  }
}

const unknown = /No Op registered for/;

it('ONNX Runtime knows all operators that are listed, and says so of what is none', async () => {
  expect(await refusalOf('Frobnicate')).toMatch(unknown);
  const standard = [...allOperators.keys()].filter((type) => !type.includes('.'));
  for (const type of standard) expect(await refusalOf(type), type).not.toMatch(unknown);
});
