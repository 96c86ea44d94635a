import { build } from '../import/fold-arrays.js';
import { contentOf } from '../import/operand.js';
import { dataTypeOf, decodeTensor } from '../read/tensor.js';
import { operators } from './record.js';
import { whole } from './rules/folding.js';
import { dtypeOf, shapeOf, targetShape } from './rules/shapes.js';

export const constants = operators({
  Constant: {},
  ConstantOfShape: {
    infer: (call, unknown) => ({
      dtype: dataTypeOf(call.tensor('value')?.dataType ?? 1),
      shape: targetShape(call, 0, unknown),
    }),
    fold(call, { data }) {
      if (!data.every((entry) => typeof entry === 'number')) return undefined;
      const stored = call.tensor('value');
      const value = stored ? decodeTensor(stored) : undefined;
      if (stored && !value) return undefined;
      const fill = value ? contentOf(value) : undefined;
      return whole(build(fill?.dtype ?? 'float32', data, () => fill?.data[0] ?? 0));
    },
  },
  EyeLike: {
    infer: (call) => ({
      dtype: call.integer('dtype', 0) ? dataTypeOf(call.integer('dtype', 0)) : dtypeOf(call),
      shape: shapeOf(call),
    }),
  },
  GivenTensorFill: {},
});
