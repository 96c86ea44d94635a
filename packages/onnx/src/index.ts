export { compressWeights, type CompressedWeights, type Precision } from './compress/compress.js';
export { restoreWeights, type RestoredWeights } from './compress/restore.js';
export { importGraph, type ImportOptions } from './import/import.js';
export { externalFiles } from './read/external-files.js';
export { allOperators } from './operators/index.js';
export type { OperatorRecord } from './operators/record.js';
export type { TensorDescription } from './read/describe.js';
export { readOnnx, storedTensors, type OnnxModel, type ReadOptions } from './read/read.js';
