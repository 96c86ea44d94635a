import type { SymbolicTensor } from '@sensorium/contracts';
import * as g from '../operators/index.js';
import { constant, input } from '../value.js';
import { activationCases } from './activation-cases.js';
import { arrayCases } from './array-cases.js';
import { convolutionCases } from './convolution-cases.js';
import { elementwiseCases } from './elementwise-cases.js';
import { imageCases } from './image-cases.js';
import { indexCases } from './index-cases.js';
import { normalizationCases } from './normalization-cases.js';
import { constants, type OperatorCase } from './operator-case.js';
import { productCases } from './product-cases.js';
import { recurrenceCases } from './recurrence-cases.js';
import { reductionCases } from './reduction-cases.js';

function countingLoop(): SymbolicTensor {
  const index = g.loopIndex();
  const current = input('current', 'float32', []);
  const next = g.add(current, g.cast(index, 'float32'));
  const { final } = g.loop({
    count: constant(3, 'int64'),
    steps: 'steps',
    index,
    carried: [{ initial: constant(1), current, next }],
    collected: [],
  });
  return final[0]!;
}

const counting: OperatorCase = { build: countingLoop, inputs: [], shape: [], at: () => 1 + 0 + 1 + 2, ...constants };

/** Every exported operator by its name. */
export const operatorCases: Readonly<Record<string, readonly OperatorCase[]>> = {
  ...elementwiseCases,
  ...activationCases,
  ...reductionCases,
  ...arrayCases,
  ...imageCases,
  ...indexCases,
  ...convolutionCases,
  ...normalizationCases,
  ...productCases,
  ...recurrenceCases,
  loop: [counting],
  loopIndex: [counting],
};
