/** In a file of its own, so that a page which runs no further graph does not load what reads ONNX files. */
export { inlineWeights } from '@sensorium/graph';
