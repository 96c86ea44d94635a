export { fromHalf, LARGEST_HALF, toHalf } from './half.js';
export { matchWeights, type MatchedWeights } from './match-weights.js';
export { readSafeTensors, writeSafeTensors, type SafeTensors } from './safetensors.js';
export { formatShape, sameShape } from './shape.js';
export { emptyTensor, gatherRows, makeTensor, row, rows, stack, tensorBytes, toFloat32 } from './tensor-data.js';
