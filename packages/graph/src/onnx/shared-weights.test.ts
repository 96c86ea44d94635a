import { makeTensor } from '@sensorium/tensors';
import { describe, expect, it } from 'vitest';
import { externalTensor, node, onnxFile } from '../testing/onnx-file.js';
import { numbers, withSession } from '../testing/evaluate.js';
import { range } from '../testing/numbers.js';
import { inlineWeights, shareWeights } from './shared-weights.js';

const sizes = [8, 8];
const weight = makeTensor('float32', sizes, range(64));

/** y = f(x + weight) */
const model = (type: string, initializer: Parameters<typeof onnxFile>[0]['initializers'] = { weight }): Uint8Array =>
  onnxFile({
    nodes: [node('Add', ['x', 'weight'], ['sum']), node(type, ['sum'], ['y'])],
    inputs: { x: { dtype: 'float32', shape: sizes } },
    outputs: { y: { dtype: 'float32', shape: sizes } },
    initializers: initializer,
  });

describe('weights that two models share', () => {
  const other = model('Neg');
  const shared = shareWeights(model('Abs'), other, 'model.onnx');

  it('are one copy in the other file, and the same numbers once they are inside again', async () => {
    expect(shared.length).toBeLessThan(other.length - 200);
    const outputs = await withSession(inlineWeights(shared, other, 'model.onnx'), (session) =>
      session.run({ x: makeTensor('float32', sizes, Array<number>(64).fill(-3)) }),
    );
    expect(numbers(outputs['y'])).toEqual(range(64).map((value) => Math.abs(value - 3)));
  });

  it('are not taken from a file of another name', () => {
    expect(() => inlineWeights(shared, other, 'encoder.onnx')).toThrow(
      'the weights of "weight" are in "model.onnx", and only "encoder.onnx" is read',
    );
  });

  it.each([-4, 2, 1e9, Number.NaN, 0.5])('are not taken from a place that is not in the file: %f', (offset) => {
    const damaged = model('Abs', { weight: externalTensor(sizes, 'model.onnx', offset) });
    const short = new Uint8Array(257);
    expect(() => inlineWeights(damaged, short, 'model.onnx')).toThrow(
      expect.objectContaining({ code: 'SENSORIUM_BAD_MODEL', message: expect.stringContaining('are not in the file') }),
    );
  });
});
