export { matmuls, onnxModel, relu } from './testing/onnx-model.js';
export { behavesAsSession } from './testing/session-suite.js';
