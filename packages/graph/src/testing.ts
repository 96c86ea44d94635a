export { externalTensor, node, onnxFile, type OnnxFileDescription } from './testing/onnx-file.js';
export type { OperatorCase } from './testing/operator-case.js';
export { operatorCases } from './testing/operator-cases.js';
export { operatorTrial, type OperatorTrial, type Tolerances } from './testing/operator-trial.js';
export { operatorFacts, type OperatorFacts } from './testing/operator-facts.js';
export { casesOn, operatorBackends, type OperatorBackend } from './testing/operator-backends.js';
