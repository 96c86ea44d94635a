import { SensoriumError, type SymbolicTensor, type Tensor } from '@sensorium/contracts';
import { describe, expect, it } from 'vitest';
import * as g from './index.js';
import { addDimensions, divideDimensions, multiplyDimensions } from './shape.js';
import { evaluate, numbers, withSession } from './testing/evaluate.js';
import { range, relativeError, spreadTensor, total } from './testing/numbers.js';
import { makeTensor } from '@sensorium/tensors';

const x = (...shape: (number | string)[]): SymbolicTensor => g.input('x', 'float32', shape);
const y = (...shape: (number | string)[]): SymbolicTensor => g.input('y', 'float32', shape);
const ids = g.input('ids', 'int64', [2]);

function thrownBy(action: () => unknown): SensoriumError {
  try {
    action();
  } catch (error) {
    if (SensoriumError.is(error)) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

describe('dimensions', () => {
  it('multiply as products of symbols', () => {
    expect(multiplyDimensions(6, 'batch')).toBe('6*batch');
    expect(multiplyDimensions('tokens', '2*batch')).toBe('2*batch*tokens');
    expect(multiplyDimensions('2*batch', 3)).toBe('6*batch');
    expect(multiplyDimensions(0, 'batch')).toBe(0);
    expect(multiplyDimensions('batch', 'batch')).toBe('batch*batch');
  });

  it('divide where the quotient is whole', () => {
    expect(divideDimensions('6*batch', 3)).toBe('2*batch');
    expect(divideDimensions('6*batch', 'batch')).toBe(6);
    expect(divideDimensions('6*batch', '6*batch')).toBe(1);
    expect(divideDimensions('6*batch', 4)).toBeUndefined();
    expect(divideDimensions(6, 'batch')).toBeUndefined();
  });

  it('add where they count the same', () => {
    expect(addDimensions('batch', '5*batch')).toBe('6*batch');
    expect(addDimensions(2, 3)).toBe(5);
    expect(addDimensions(0, 'batch')).toBe('batch');
    expect(() => addDimensions(1, 'batch')).toThrow('cannot be added');
  });

  it('are followed through shapes', () => {
    expect(g.flatten(x('batch', 3, 2), 0, 2).shape).toEqual(['3*batch', 2]);
    expect(g.reshape(x('6*batch', 2), ['batch', 3, -1]).shape).toEqual(['batch', 3, 4]);
    expect(g.reshape(x('batch', 4), [-1, 2]).shape).toEqual(['2*batch', 2]);
    expect(g.add(x('batch', 1), y(4)).shape).toEqual(['batch', 4]);
    expect(g.concat([x('batch', 2), y('batch', 2)], 0).shape).toEqual(['2*batch', 2]);
    expect(g.matmul(x('batch', 5, 3), y(3, 2)).shape).toEqual(['batch', 5, 2]);
  });
});

describe('errors', () => {
  it.each<[string, () => unknown, string]>([
    ['add', () => g.add(x(2, 3), y(4)), 'Add: shapes [2,3] and [4] do not broadcast'],
    ['add of symbols', () => g.add(x('batch'), y(4)), 'Add: shapes [batch] and [4]'],
    ['matmul', () => g.matmul(x(2, 3), y(4, 2)), '[2,3] and [4,2] cannot be multiplied'],
    ['reshape', () => g.reshape(x(2, 3), [4, 2]), '[2,3] cannot be reshaped to [4,2]'],
    ['concat', () => g.concat([x(2, 3), y(3, 3)]), '[2,3] and [3,3] do not join along axis -1'],
    ['an axis', () => g.sum(x(2), [1]), 'axis 1 does not exist'],
    ['slice', () => g.slice(x(4), 0, 3, 2), 'is empty'],
    ['the step of a slice', () => g.slice(x(4), 0, 0, 4, 0), 'the step of a slice'],
    ['squeeze', () => g.squeeze(x(2, 3), 0), 'is not 1'],
    ['transpose', () => g.transpose(x(2, 3), [0, 0]), '[0,0] is not an order of the axes of [2,3]'],
    ['a table', () => g.lookup(x(2), ids), 'a table is a matrix'],
    ['a loss', () => g.gradients(x(2), []), 'a loss is a scalar, not [2]'],
    [
      'heads',
      () => g.attention(g.createScope(), x(1, 2, 6), x(1, 2, 6), { heads: 4 }),
      '4 heads do not divide the width 6',
    ],
    ['a foreign symbol', () => g.neg({ id: 1, dtype: 'float32', shape: [] }), 'did not make'],
  ])('%s names the shapes', (_, action, message) => {
    const error = thrownBy(action);
    expect(error.code).toBe('SENSORIUM_SHAPE');
    expect(error.message).toContain(message);
  });

  it.each<[string, () => unknown, string]>([
    ['add', () => g.add(x(2), ids), 'Add of float32 and int64'],
    ['where', () => g.where(x(2), 1, 0), 'the condition of where is float32'],
    ['the branches of where', () => g.where(g.greater(x(2), 0), x(2), ids), 'Where of float32 and int64'],
    ['gather', () => g.gather(x(2), y(2)), 'indices are int64 or int32, not float32'],
    ['concat', () => g.concat([x(2), ids]), 'Concat of float32 and int64'],
  ])('%s names the element types', (_, action, message) => {
    const error = thrownBy(action);
    expect(error.code).toBe('SENSORIUM_DTYPE');
    expect(error.message).toContain(message);
  });

  it('a name that is taken', () => {
    const scope = g.createScope();
    g.linear(scope.at('a'), x(2, 3), 4);
    expect(thrownBy(() => g.linear(scope.at('a'), x(2, 3), 4))).toMatchObject({
      code: 'SENSORIUM_DUPLICATE_NAME',
      message: 'two parameters are called "a/weight"',
    });
    const twice = { o: g.add(g.input('x', 'float32', [2]), g.input('x', 'float32', [2])) };
    expect(thrownBy(() => g.toOnnx({ outputs: twice })).code).toBe('SENSORIUM_DUPLICATE_NAME');
  });

  it('weights of another model', () => {
    const parameter = g.createScope().parameter('w', [2], g.zeros);
    const write = (w: Tensor) => thrownBy(() => g.toOnnx({ outputs: { o: g.neg(parameter) }, weights: { w } }));
    expect(write(makeTensor('float32', [3], [1, 2, 3])).code).toBe('SENSORIUM_SHAPE');
    expect(write(makeTensor('float64', [2], [1, 2])).code).toBe('SENSORIUM_SHAPE');
  });

  it('a dropout rate of 1', () => {
    expect(() => g.dropout(g.createScope(), x(2), 1)).toThrow('dropout rate of 1');
  });
});

describe('gradients', () => {
  it('are zeros for what the loss does not depend on', async () => {
    const [a, b] = [x(2), g.input('b', 'float32', ['batch', 2])];
    const [da, db] = g.gradients(g.sum(g.square(a)), [a, b]);
    const feeds = {
      x: makeTensor('float32', [2], [1, -2]),
      b: makeTensor('float32', [3, 2], [NaN, 1, 2, 3, 4, Infinity]),
    };
    const result = await evaluate({ da: da!, db: db! }, feeds);
    expect(numbers(result['da'])).toEqual([2, -4]);
    expect(result['db']).toMatchObject({ shape: [3, 2], data: new Float32Array(6) });
  });

  it('add up over all uses', async () => {
    const a = x(2);
    const b = g.mul(a, a);
    const [da] = g.gradients(g.sum(g.add(g.mul(b, a), b)), [a]);
    const { o } = await evaluate({ o: da! }, { x: makeTensor('float32', [2], [1, -2]) });
    expect(numbers(o)).toEqual([5, 8]); // 3a² + 2a
  });

  it('of gradients', async () => {
    const a = x();
    const [first] = g.gradients(g.pow(a, 3), [a]);
    const [second] = g.gradients(first!, [a]);
    const { o } = await evaluate({ o: second! }, { x: makeTensor('float32', [], [2]) });
    expect(numbers(o)).toEqual([12]);
  });

  it('name the operator that has none, but only where a target lies before it', () => {
    const mystery = g.defineOperator('Mystery', { shape: ([x]) => x.shape });
    const [a, b] = [x(3), y(3)];
    const loss = g.sum(g.mul(g.single(mystery([a], {})), b));
    const error = thrownBy(() => g.gradients(loss, [a]));
    expect(error.code).toBe('SENSORIUM_NO_GRADIENT');
    expect(error.message).toMatch(/operator Mystery \(inputs \[3\]\)/);
    expect(g.gradients(loss, [b])).toHaveLength(1);
  });

  it('go through graphs deeper than the stack', () => {
    let deep = x();
    for (let i = 0; i < 20_000; i++) deep = g.add(deep, 1);
    expect(g.gradients(deep, [x()])).toHaveLength(1);
  });
});

describe('the file', () => {
  it.each(['the first', 'the second', 'both'] as const)(
    'gives a product of transposed matrices and %s of them',
    async (which) => {
      const tensors = { a: spreadTensor('float32', [5, 3], 1), b: spreadTensor('float32', [4, 5], 2) };
      const [a, b] = [g.input('a', 'float32', [5, 3]), g.input('b', 'float32', [4, 5])];
      const [t, u] = [g.transpose(a), g.transpose(b)];
      const factors: Record<string, SymbolicTensor> = { 'the first': { t }, 'the second': { u }, both: { t, u } }[
        which
      ];
      const { y } = await evaluate({ y: g.matmul(t, u), ...factors }, tensors);
      const [left, right] = [numbers(tensors.a), numbers(tensors.b)];
      const expected = range(12).map((at) =>
        total(range(5).map((k) => left[k * 3 + Math.floor(at / 4)]! * right[(at % 4) * 5 + k]!)),
      );
      expect(relativeError(numbers(y), expected)).toBeLessThan(1e-6);
    },
  );

  it('is the same for the same graph', () => {
    const once = g.toOnnx({ outputs: { o: g.mean(g.linear(g.createScope(), x('batch', 3), 4)) } });
    const again = g.toOnnx({ outputs: { o: g.mean(g.linear(g.createScope(), x('batch', 3), 4)) } });
    expect(again).toEqual(once);
  });

  it('takes batches of any size', async () => {
    const scope = g.createScope();
    const tokens = g.reshape(g.linear(scope.at('a'), x('batch', 3), 8), ['batch', 2, 4]);
    const output = g.mean(g.transformerBlock(scope.at('b'), tokens, { heads: 2 }), [1]);
    const weights = Object.fromEntries(
      scope.parameters.map(({ name, shape }, seed) => [name, spreadTensor('float32', shape, seed, -0.5, 0.5)]),
    );
    await withSession(g.toOnnx({ outputs: { output }, weights }), async (session) => {
      const all = spreadTensor('float32', [5, 3], 3);
      const { output: together } = await session.run({ x: all });
      expect(together?.shape).toEqual([5, 4]);
      for (let sample = 0; sample < 5; sample++) {
        const alone = {
          dtype: 'float32',
          shape: [1, 3],
          data: (all.data as Float32Array).slice(3 * sample, 3 * sample + 3),
        } as const;
        const { output: single } = await session.run({ x: alone });
        expect(single?.shape).toEqual([1, 4]);
        numbers(single).forEach((value, i) => expect(value).toBeCloseTo(numbers(together)[4 * sample + i]!, 5));
      }
    });
  });

  it('gives an input, a constant and one value under two names as outputs', async () => {
    const a = x(2);
    const sum = g.add(a, 1);
    const outputs = { first: sum, second: sum, given: a, fixed: g.constant([4, 5]), twice: g.mul(sum, 2) };
    const result = await evaluate(outputs, { x: makeTensor('float32', [2], [1, 2]) });
    expect(Object.fromEntries(Object.entries(result).map(([name, tensor]) => [name, numbers(tensor)]))).toEqual({
      first: [2, 3],
      second: [2, 3],
      given: [1, 2],
      fixed: [4, 5],
      twice: [4, 6],
    });
  });
});
