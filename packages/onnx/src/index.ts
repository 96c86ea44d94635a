export { importGraph, type ImportOptions } from './import/import.js';
export { externalFiles } from './read/external-files.js';
export { readOnnx, storedTensors, type OnnxModel, type ReadOptions, type TensorDescription } from './read/read.js';
