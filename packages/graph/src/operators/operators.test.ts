import type { SymbolicTensor } from '@sensorium/contracts';
import { describe, expect, it } from 'vitest';
import { withSession } from '../testing/evaluate.js';
import { casesOn } from '../testing/operator-backends.js';
import { operatorCases } from '../testing/operator-cases.js';
import { operatorFacts } from '../testing/operator-facts.js';
import { operatorTrial } from '../testing/operator-trial.js';
import * as operators from './index.js';

it('every exported operator is in the table', () => {
  expect(Object.keys(operatorCases).sort()).toEqual(Object.keys(operators).sort());
});

type Build = (x: SymbolicTensor, y: SymbolicTensor) => SymbolicTensor;

it.each<[string, string | undefined, Build]>([
  ['any', undefined, operators.mul],
  ['first', undefined, (x) => operators.slice(x, 1, -1)],
  ['some', undefined, (x) => operators.slice(x, 0, -1)],
  [
    'none',
    undefined,
    (x, y) => operators.add(operators.slice(operators.slice(x, 0, -1), 1, -1), operators.slice(y, 0, -1)),
  ],
  ['any', 'first', (x, y) => operators.layerNormalization(x, y, null)],
])('of the axes of an operator may be open: %s, with gradients %s', (values, gradients, build) => {
  const facts = operatorFacts([{ build, inputs: [[2, 3], [3]], shape: [2, 3], at: () => 0 }]);
  expect([facts.unknownSize, facts.unknownSizeInGradient]).toEqual([values, gradients]);
});

describe('values of the formula, and gradients of its finite differences', () => {
  it.each(Object.entries(casesOn('cpu')))('%s', async (_, cases) => {
    const { model, inputs, problems } = operatorTrial(cases);
    expect(await withSession(model, async (session) => problems(await session.run(inputs)))).toEqual([]);
  });
});
