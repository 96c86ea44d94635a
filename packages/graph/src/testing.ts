export { evaluate, numbers, withSession } from './testing/evaluate.js';
export { errorsOf } from './testing/gradient-check.js';
export { range, reader, relativeError, size, spreadTensor, total } from './testing/numbers.js';
export {
  externalTensor,
  node,
  onnxFile,
  onnxGraph,
  tensorProto,
  type OnnxFileDescription,
  type OnnxGraphDescription,
} from './testing/onnx-file.js';
export { casesOn, operatorBackends, type OperatorBackend } from './testing/operator-backends.js';
export type { OperatorCase } from './testing/operator-case.js';
export { operatorCases } from './testing/operator-cases.js';
export { operatorFacts, type OperatorFacts } from './testing/operator-facts.js';
export { operatorTrial, type OperatorTrial, type Tolerances } from './testing/operator-trial.js';
export { testRandom } from './testing/random.js';
export { examplesOf, runExample } from './testing/readme.js';
export { initialWeights } from './testing/weights.js';
