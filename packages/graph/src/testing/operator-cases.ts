import { activationCases } from './activation-cases.js';
import { arrayCases } from './array-cases.js';
import { convolutionCases } from './convolution-cases.js';
import { elementwiseCases } from './elementwise-cases.js';
import { imageCases } from './image-cases.js';
import { indexCases } from './index-cases.js';
import { loopCases } from './loop-cases.js';
import { normalizationCases } from './normalization-cases.js';
import type { OperatorCase } from './operator-case.js';
import { productCases } from './product-cases.js';
import { recurrenceCases } from './recurrence-cases.js';
import { reductionCases } from './reduction-cases.js';

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
  ...loopCases,
};
