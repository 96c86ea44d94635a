import * as g from '@sensorium/graph';
import { operators } from './record.js';
import { unaryBatch } from './rules/batches.js';
import { unary } from './rules/lowering.js';
import { sameAsFirst } from './rules/shapes.js';

export const trigonometry = operators({
  Acos: { lower: unary(g.acos), infer: sameAsFirst, batch: unaryBatch },
  Acosh: { lower: unary(g.acosh), infer: sameAsFirst, batch: unaryBatch },
  Asin: { lower: unary(g.asin), infer: sameAsFirst, batch: unaryBatch },
  Asinh: { lower: unary(g.asinh), infer: sameAsFirst, batch: unaryBatch },
  Atan: { lower: unary(g.atan), infer: sameAsFirst, batch: unaryBatch },
  Atanh: { lower: unary(g.atanh), infer: sameAsFirst, batch: unaryBatch },
  Cos: { lower: unary(g.cos), infer: sameAsFirst, batch: unaryBatch },
  Cosh: { lower: unary(g.cosh), infer: sameAsFirst, batch: unaryBatch },
  Sin: { lower: unary(g.sin), infer: sameAsFirst, batch: unaryBatch },
  Sinh: { lower: unary(g.sinh), infer: sameAsFirst, batch: unaryBatch },
  Tan: { lower: unary(g.tan), infer: sameAsFirst, batch: unaryBatch },
});
