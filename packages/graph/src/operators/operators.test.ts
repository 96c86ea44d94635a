import { describe, expect, it } from 'vitest';
import { withSession } from '../testing/evaluate.js';
import { casesOn } from '../testing/operator-backends.js';
import { operatorCases } from '../testing/operator-cases.js';
import { operatorTrial } from '../testing/operator-trial.js';
import * as operators from './index.js';

it('every exported operator is in the table', () => {
  expect(Object.keys(operatorCases).sort()).toEqual(Object.keys(operators).sort());
});

describe('values of the formula, and gradients of its finite differences', () => {
  it.each(Object.entries(casesOn('cpu')))('%s', async (_, cases) => {
    const { model, inputs, problems } = operatorTrial(cases);
    expect(await withSession(model, async (session) => problems(await session.run(inputs)))).toEqual([]);
  });
});
