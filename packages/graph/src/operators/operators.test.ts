import { describe, expect, it } from 'vitest';
import { withSession } from '../testing/evaluate.js';
import { operatorCases } from '../testing/operator-cases.js';
import { operatorTrial } from '../testing/operator-trial.js';
import * as channelNormalization from './channel-normalization.js';
import * as convolution from './convolution.js';
import * as operators from './index.js';
import * as normalization from './normalization.js';
import * as padding from './padding.js';
import * as pooling from './pooling.js';
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

describe('values of the formula, and gradients of its finite differences', () => {
  it.each(Object.entries(operatorCases))('%s', async (_, cases) => {
    const { model, inputs, problems } = operatorTrial(cases);
    expect(await withSession(model, async (session) => problems(await session.run(inputs)))).toEqual([]);
  });
});
