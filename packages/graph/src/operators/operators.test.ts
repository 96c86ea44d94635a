import type { Session, SymbolicTensor, Tensor } from '@sensorium/contracts';
import { describe, expect, it } from 'vitest';
import { gradients } from '../differentiate.js';
import { toOnnx } from '../onnx/write.js';
import { numbers, withSession } from '../testing/evaluate.js';
import { indices, reader, relativeError, size, spreadTensor, total } from '../testing/numbers.js';
import type { OperatorCase } from '../testing/operator-case.js';
import { operatorCases } from '../testing/operator-cases.js';
import { constantTensor, input, makeTensor } from '../value.js';
import { mul } from './arithmetic.js';
import * as channelNormalization from './channel-normalization.js';
import * as convolution from './convolution.js';
import * as operators from './index.js';
import * as normalization from './normalization.js';
import * as padding from './padding.js';
import * as pooling from './pooling.js';
import { sum } from './reduction.js';
import * as resizing from './resize.js';
import * as transposedConvolution from './transposed-convolution.js';

/** Modules whose tests are in files of their own. */
const testedElsewhere = [
  channelNormalization,
  convolution,
  normalization,
  padding,
  pooling,
  resizing,
  transposedConvolution,
].flatMap(Object.keys);

it('every exported operator is in the table', () => {
  const exported = Object.keys(operators);
  expect(exported.filter((name) => !(name in operatorCases) && !testedElsewhere.includes(name))).toEqual([]);
  expect(Object.keys(operatorCases).filter((name) => !exported.includes(name))).toEqual([]);
});

describe.each(Object.entries(operatorCases))('%s', (_, cases) => {
  it.each(cases.map((one) => [describeCase(one), one] as const))('gives the right values for %s', async (_, one) => {
    const { model, feeds, tensors } = prepare(one);
    const { output } = await withSession(model, (session) => session.run(feeds));
    const readers = tensors.map(reader);
    const expected = indices(one.shape).map((index) => one.at(index, ...readers));
    expect(output?.shape).toEqual(one.shape);
    expect(relativeError(numbers(output), expected)).toBeLessThan(one.dtype === 'float32' ? 1e-6 : 1e-12);
  });

  const differentiable = cases.filter((one) => one.differentiable ?? true);
  it.runIf(differentiable.length)('has the gradient of its finite differences', async () => {
    for (const one of differentiable) {
      const error = await gradientError(one);
      expect(error, describeCase(one)).toBeLessThan(one.dtype === 'float32' ? 1e-3 : 1e-7);
    }
  });
});

function describeCase({ inputs, shape }: OperatorCase): string {
  const shapes = inputs.map((x) => `[${('data' in x ? x.shape : x).join(',')}]`);
  return `${shapes.join(' ')} → [${shape.join(',')}]`;
}

/** The graph of a case: its output, Σ weight · output with fixed weights, and the gradients of that. */
function prepare({ build, inputs, shape, low, high, dtype = 'float64', differentiable = true }: OperatorCase) {
  const tensors = inputs.map((x, seed) => ('data' in x ? x : spreadTensor(dtype, x, seed, low, high)));
  const symbols = tensors.map((x, index) => input(`x${index}`, x.dtype, x.shape));
  const varied = tensors.flatMap(({ dtype }, index) => (dtype.startsWith('float') ? [index] : []));
  const output = build(...symbols);
  const outputs: Record<string, SymbolicTensor> = { output };
  if (differentiable) {
    outputs['loss'] = sum(mul(output, constantTensor(spreadTensor(output.dtype, shape, 7, 0.5, 1.5))));
    const all = gradients(
      outputs['loss'],
      varied.map((index) => symbols[index]!),
    );
    varied.forEach((index, position) => (outputs[`gradient${index}`] = all[position]!));
  }
  const feeds = Object.fromEntries(tensors.map((x, index) => [`x${index}`, x]));
  return { tensors, varied, feeds, model: toOnnx({ outputs, inputs: symbols }) };
}

/** Relative error of all gradients of a case, as one vector, against central differences. */
function gradientError(one: OperatorCase): Promise<number> {
  const { tensors, varied, feeds, model } = prepare(one);
  return withSession(model, async (session) => {
    const outputs = await session.run(feeds);
    const actual = varied.flatMap((index) => numbers(outputs[`gradient${index}`]));
    const expected: number[] = [];
    for (const index of varied) expected.push(...(await differences(session, feeds, `x${index}`, tensors[index]!)));
    return relativeError(actual, expected);
  });
}

async function differences(
  session: Session,
  feeds: Record<string, Tensor>,
  name: string,
  x: Tensor,
): Promise<number[]> {
  const h = x.dtype === 'float64' ? 1e-5 : 2e-2;
  const values = numbers(x);
  const result: number[] = [];
  const lossAt = async (position: number, offset: number): Promise<number> => {
    const moved = makeTensor(x.dtype, x.shape, values.with(position, values[position]! + offset));
    const { loss } = await session.run({ ...feeds, [name]: moved }, { outputs: ['loss'] });
    return total(numbers(loss));
  };
  for (let position = 0; position < size(x.shape); position++) {
    // The five-point formula: its error is of order h⁴.
    const [far, near] = [2 * h, h];
    const outer = (await lossAt(position, far)) - (await lossAt(position, -far));
    const inner = (await lossAt(position, near)) - (await lossAt(position, -near));
    result.push((8 * inner - outer) / (12 * h));
  }
  return result;
}
