import { SensoriumError, type SymbolicTensor } from '@sensorium/contracts';
import { describe, expect, it } from 'vitest';
import { gradients } from '../differentiate/gradients.js';
import { evaluate, numbers } from '../testing/evaluate.js';
import { spreadTensor } from '../testing/numbers.js';
import { constant, input } from '../value.js';
import { makeTensor } from '@sensorium/tensors';
import * as g from './index.js';

const x = (...shape: (number | string)[]): SymbolicTensor => input('x', 'float32', shape);
const y = (...shape: (number | string)[]): SymbolicTensor => input('y', 'float32', shape);
const ids = (...shape: (number | string)[]): SymbolicTensor => input('ids', 'int64', shape);

function codeOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (SensoriumError.is(error)) return `${error.code} ${error.message}`;
    throw error;
  }
  throw new Error('nothing was thrown');
}

describe('errors', () => {
  it.each<[string, () => unknown, string]>([
    ['a slope', () => g.prelu(x(2, 3), y(2)), 'PRelu: shapes [2,3] and [2] do not broadcast'],
    ['a slope that is larger', () => g.prelu(x(3), y(2, 3)), 'a slope [2,3] cannot be broadcast to [3]'],
    ['an empty slice', () => g.slice(x(4), 0, 3, 2), 'slice 3…2 of axis 0 of [4] is empty'],
    ['an empty slice backwards', () => g.slice(x(4), 0, 1, 2, -1), 'is empty'],
    ['a step', () => g.sliceAxes(x(4), [{ axis: 0, step: 0 }]), 'the step of a slice is a whole number but 0'],
    ['a slice of an unknown size', () => g.slice(x('batch'), 0, 1), 'must have a known size'],
    ['parts', () => g.split(x(4), [1, 2]), 'parts of [1,2] are not axis -1 of [4]'],
    ['copies', () => g.tile(x(4), [1, 2]), '[4] repeated [1,2] times'],
    ['a rank', () => g.gatherElements(x(2, 3), ids(3)), 'indices [3] have not the rank of [2,3]'],
    ['updates', () => g.scatterElements(x(4), ids(3), y(2)), 'updates [2]; the indices name [3]'],
    ['updates of parts', () => g.scatterND(x(4, 2), ids(3, 1), y(3, 3)), 'updates [3,3]; the indices name [3,2]'],
    ['a depth', () => g.gatherND(x(4, 2), ids(3, 3)), 'indices [3,3] do not fit [4,2]'],
    ['axes in common', () => g.gatherND(x(4, 2), ids(3, 1), 1), 'differ in the first 1 axes'],
    ['too many', () => g.topK(x(3), 4), 'the 4 first of the 3 elements'],
    ['a range without a name', () => g.range(0, ids()), 'needs a name for its length'],
    ['the end of a range', () => g.range(0, ids(2), 1, { dimension: 'n' }), 'is a scalar, not [2]'],
    ['a triangle', () => g.trilu(x(3)), 'the triangle of [3], which is no matrix'],
    ['an equation', () => g.einsum('i;j', x(2, 3)), '"i;j" is no equation'],
    ['an equation for others', () => g.einsum('ij,jk->ik', x(2, 3)), 'takes 2 operands, and 1 are given'],
    ['letters', () => g.einsum('ijk->i', x(2, 3)), '"ijk" of "ijk->i" does not name the axes of [2,3]'],
    ['a diagonal', () => g.einsum('ii->i', x(2, 3)), '"ii" names a diagonal of [2,3]'],
    ['a diagonal to fill', () => g.einsum('ij->ii', x(2, 2)), '"i" is twice in the result'],
    ['a letter of the result', () => g.einsum('ij->k', x(2, 2)), '"k" of the result of "ij->k" is in no operand'],
    ['sizes', () => g.einsum('ij,jk->ik', x(2, 3), y(4, 2)), 'do not broadcast'],
    [
      'attention',
      () => g.scaledDotProductAttention(x(2, 3, 4), x(2, 3, 4), x(2, 3, 4)),
      'takes [B,H,T,D], not [2,3,4]',
    ],
    ['a sequence', () => g.lstm(x(2, 3), y(1, 8, 3), y(1, 8, 2)), 'it takes [T,B,I]'],
    [
      'a weight',
      () => g.lstm(x(5, 2, 3), y(1, 6, 3), y(1, 8, 2)),
      'weight of a recurrence is [1,6,3], and must be [1,8,3]',
    ],
    [
      'both directions',
      () => g.gru(x(5, 2, 3), y(1, 6, 3), y(1, 6, 2), { direction: 'bidirectional' }),
      'weight of a recurrence is [1,6,3], and must be [2,6,3]',
    ],
    [
      'a cell',
      () => g.lstm(x(5, 2, 3), y(1, 8, 3), y(1, 8, 2), { initialCell: y(1, 3, 2) }),
      'initial cell of a recurrence is [1,3,2], and must be [1,2,2]',
    ],
    [
      'peepholes',
      () => g.lstm(x(5, 2, 3), y(1, 8, 3), y(1, 8, 2), { peepholes: y(1, 4) }),
      'list of peepholes of a recurrence is [1,4], and must be [1,6]',
    ],
    [
      'lengths',
      () => g.rnn(x(5, 2, 3), y(1, 2, 3), y(1, 2, 2), { lengths: input('n', 'int32', [3]) }),
      'list of lengths of a recurrence is [3], and must be [2]',
    ],
  ])('%s names the shapes', (_, action, message) => {
    expect(codeOf(action)).toContain('SENSORIUM_SHAPE');
    expect(codeOf(action)).toContain(message);
  });

  it.each<[string, () => unknown, string]>([
    ['and', () => g.and(x(2), g.greater(x(2), 0)), 'And of float32 and bool, not of bool'],
    ['mod', () => g.mod(x(2), 2, { truncate: false }), 'Mod of float32 with the sign of the divisor'],
    ['gatherElements', () => g.gatherElements(x(2), y(2)), 'indices are int64 or int32, not float32'],
    ['gatherND', () => g.gatherND(x(2), input('i', 'int32', [1, 1])), 'indices are int64, not int32'],
    ['range', () => g.range(input('a', 'int32', []), ids(), 1, { dimension: 'n' }), 'a range of int32 and int64'],
    ['einsum', () => g.einsum('i,i->', x(2), ids(2)), 'Einsum of float32 and int64'],
    ['lengths', () => g.rnn(x(5, 2, 3), y(1, 2, 3), y(1, 2, 2), { lengths: ids(2) }), 'lengths are int32, not int64'],
  ])('%s names the element types', (_, action, message) => {
    expect(codeOf(action)).toContain('SENSORIUM_DTYPE');
    expect(codeOf(action)).toContain(message);
  });

  it('what has no gradient says so', () => {
    const a = x(3);
    expect(codeOf(() => gradients(g.sum(g.mod(a, 2)), [a]))).toContain('SENSORIUM_NO_GRADIENT operator Mod');
  });
});

describe('unknown sizes', () => {
  it.each<[string, SymbolicTensor, (number | string)[]]>([
    ['a whole axis backwards', g.slice(x('batch', 3), 0, undefined, undefined, -1), ['batch', 3]],
    ['a whole axis by far ends', g.slice(x('batch', 3), 0, 0, 2 ** 63), ['batch', 3]],
    ['a whole axis backwards by far ends', g.slice(x('batch', 3), 0, -1, -(2 ** 63), -1), ['batch', 3]],
    ['another axis', g.slice(x('batch', 5), 1, 4, 1, -2), ['batch', 2]],
    ['the first elements', g.slice(x('batch', 3), 0, 0, 2), [2, 3]],
    ['a new axis between two', g.unsqueeze(x('batch', 'tokens', 4), 1), ['batch', 1, 'tokens', 4]],
    ['two of them reshaped', g.reshape(x('batch', 'tokens', 4), ['batch', 'tokens', 2, 2]), ['batch', 'tokens', 2, 2]],
    ['copies', g.tile(x('batch', 3), [2, 1]), ['2*batch', 3]],
    ['a product', g.einsum('bij,bjk->bik', x('batch', 2, 3), y('batch', 3, 4)), ['batch', 2, 4]],
    ['rows of rows', g.matmul(x('batch', 'time', 3), y(3, 4)), ['batch', 'time', 4]],
    ['axes that broadcast', g.einsum('...i,i->...', x('batch', 2, 3), y(3)), ['batch', 2]],
    ['a recurrence', g.lstm(x('time', 'batch', 3), y(1, 8, 3), y(1, 8, 2)).hidden, ['time', 1, 'batch', 2]],
    ['norms', g.l2Norm(x('batch', 3), [-1]), ['batch']],
    ['positions', g.argMax(x('batch', 3)), ['batch']],
    ['a range', g.range(0, g.lengthOf(x('batch', 3), 0), 1, { dimension: 'batch' }), ['batch']],
  ])('%s', (_, result, shape) => {
    expect(result.shape).toEqual(shape);
  });

  it('are found when the graph runs, in values and gradients', async () => {
    const a = x('batch', 'tokens', 4);
    const positions = g.range(0, g.lengthOf(a, 1), 1, { dimension: 'tokens' });
    const weighted = g.mul(a, g.unsqueeze(g.cast(positions, 'float32'), 1));
    const backwards = g.slice(g.unsqueeze(weighted, 1), 0, undefined, undefined, -1);
    const product = g.einsum('bhtd,d->bt', backwards, constant([1, 2, 3, 4]));
    const [gradient] = gradients(g.sum(g.cumsum(product, 1)), [a]);
    const feeds = { x: spreadTensor('float32', [2, 3, 4], 1) };
    const results = await evaluate({ product, gradient: gradient!, count: g.elementCount(a) }, feeds);
    expect(results['product']?.shape).toEqual([2, 3]);
    expect(numbers(results['count'])).toEqual([24]);
    // d Σₜ Σ_{s ≤ t} s · (x_s · d) / d x_s = s · (3 − s) · d
    const row = [0, 1, 2].flatMap((s) => [1, 2, 3, 4].map((d) => s * (3 - s) * d));
    expect(numbers(results['gradient'])).toEqual([...row, ...row]);
  });

  it('are counted for the gradient of a mean', async () => {
    const a = x('batch', 'tokens', 4);
    const [ofAll, ofRows] = [g.mean(a), g.sum(g.mean(a, [0, 1]))].map((loss) => gradients(loss, [a])[0]!);
    const results = await evaluate({ ofAll: ofAll!, ofRows: ofRows! }, { x: spreadTensor('float32', [2, 3, 4], 1) });
    for (const [name, share] of Object.entries({ ofAll: 1 / 24, ofRows: 1 / 6 })) {
      expect(results[name]?.shape).toEqual([2, 3, 4]);
      numbers(results[name]).forEach((value) => expect(value).toBeCloseTo(share, 6));
    }
  });

  it('are found in products of all rows with one matrix', async () => {
    const [a, b] = [x('batch', 'tokens', 4), y(4, 2)];
    const [ofA, ofB] = gradients(g.sum(g.square(g.matmul(a, b))), [a, b]);
    const [first, second] = [spreadTensor('float32', [2, 3, 4], 1), spreadTensor('float32', [4, 2], 2)];
    const results = await evaluate({ ofA: ofA!, ofB: ofB! }, { x: first, y: second });
    const at = (row: number, k: number): number => Number(first.data[4 * row + k]);
    const weight = (k: number, n: number): number => Number(second.data[2 * k + n]);
    const [rows, inner, columns] = [
      [0, 1, 2, 3, 4, 5],
      [0, 1, 2, 3],
      [0, 1],
    ];
    const total = (list: number[]): number => list.reduce((sum, value) => sum + value, 0);
    // d Σ (A B)² = 2 (A B) Bᵀ, and 2 Aᵀ (A B)
    const twice = (row: number, n: number): number => 2 * total(inner.map((k) => at(row, k) * weight(k, n)));
    const expectedA = rows.flatMap((row) => inner.map((k) => total(columns.map((n) => twice(row, n) * weight(k, n)))));
    const expectedB = inner.flatMap((k) => columns.map((n) => total(rows.map((row) => at(row, k) * twice(row, n)))));
    numbers(results['ofA']).forEach((value, index) => expect(value).toBeCloseTo(expectedA[index]!, 4));
    numbers(results['ofB']).forEach((value, index) => expect(value).toBeCloseTo(expectedB[index]!, 4));
  });

  it('of batches are found in recurrences and attention', async () => {
    const a = x(3, 'batch', 2);
    const { lastHidden } = g.gru(
      a,
      constant(Array(12).fill(0.5), 'float32', [1, 6, 2]),
      constant(Array(12).fill(0.25), 'float32', [1, 6, 2]),
    );
    const q = g.transpose(g.reshape(a, [3, 'batch', 1, 2]), [1, 2, 0, 3]);
    const seen = g.scaledDotProductAttention(q, q, q, { causal: true });
    const [gradient] = gradients(g.add(g.sum(lastHidden), g.sum(seen)), [a]);
    const all = spreadTensor('float32', [3, 4, 2], 1);
    const together = await evaluate({ gradient: gradient! }, { x: all });
    expect(together['gradient']?.shape).toEqual([3, 4, 2]);
    const own = (sample: number): number[] => [0, 1, 2].flatMap((t) => [0, 1].map((i) => 8 * t + 2 * sample + i));
    for (const sample of [0, 3]) {
      const part = makeTensor(
        'float32',
        [3, 1, 2],
        own(sample).map((at) => numbers(all)[at]!),
      );
      const alone = numbers((await evaluate({ gradient: gradient! }, { x: part }))['gradient']);
      const expected = own(sample).map((at) => numbers(together['gradient'])[at]!);
      alone.forEach((value, index) => expect(value).toBeCloseTo(expected[index]!, 5));
    }
  });
});

it('a base of one column has the power of every exponent, in any batch', async () => {
  const [base, exponent] = [x('batch', 1), y(3)];
  const feeds = { x: makeTensor('float32', [2, 1], [2, 3]), y: makeTensor('float32', [3], [1, 2, 3]) };
  const results = await evaluate({ powers: g.pow(base, exponent) }, feeds);
  expect(results['powers']?.shape).toEqual([2, 3]);
  numbers(results['powers']).forEach((value, at) => expect(value).toBeCloseTo([2, 4, 8, 3, 9, 27][at]!, 5));
});

it('a query that may look nowhere looks everywhere alike', async () => {
  const [query, mask] = [x(1, 1, 2, 4), constant([0, 0, 1, 0], 'float32', [2, 2])];
  const attended = g.scaledDotProductAttention(query, query, query, { mask });
  const [gradient] = gradients(g.sum(attended), [query]);
  const feeds = { x: spreadTensor('float32', [1, 1, 2, 4], 1) };
  const results = await evaluate({ attended, gradient: gradient! }, feeds);
  const [first, second] = [numbers(feeds.x).slice(0, 4), numbers(feeds.x).slice(4)];
  const expected = [...first.map((value, d) => (value + second[d]!) / 2), ...first];
  numbers(results['attended']).forEach((value, index) => expect(value).toBeCloseTo(expected[index]!, 6));
  expect(numbers(results['gradient']).every(Number.isFinite)).toBe(true);
});

it('equal minima share the gradient', async () => {
  const a = x(2, 3);
  const [shared] = gradients(g.sum(g.min(a, [1])), [a]);
  const results = await evaluate({ shared: shared! }, { x: makeTensor('float32', [2, 3], [1, 1, 5, 2, 3, 4]) });
  expect(numbers(results['shared'])).toEqual([0.5, 0.5, 0, 1, 0, 0]);
});

it('the gradient of the norm of zeros is 0', async () => {
  const a = x(2, 2);
  const [gradient] = gradients(g.sum(g.l2Norm(a, [1])), [a]);
  const results = await evaluate({ gradient: gradient! }, { x: makeTensor('float32', [2, 2], [0, 0, 3, 4]) });
  numbers(results['gradient']).forEach((value, index) => expect(value).toBeCloseTo([0, 0, 0.6, 0.8][index]!, 6));
});
