export { accumulator, carriedStates, carryState } from './testing/carrying.js';
export { heldInputs, holdInputs } from './testing/holding.js';
export { matmuls, onnxModel, outerProduct, relu } from './testing/onnx-model.js';
export { behavesAsSession } from './testing/session-suite.js';
