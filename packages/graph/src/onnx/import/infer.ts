import type { DataType, Dimension, Shape } from '@sensorium/contracts';
import type { Inferred } from '../../operator.js';
import { dataTypeOf } from '../read/tensor.js';
import { subgraphsOf } from '../read/walk.js';
import { describeType } from '../read/read.js';
import type { Call } from './call.js';

/** What can be told of an output without knowing its operator well: as much of it as is known. */
export type PartlyInferred = Partial<Inferred>;

/** Makes a name for a size that is not known. */
export type Unknown = (axis: number) => Dimension;

/** What the inputs of a node that is kept as it is tell about its output number `index`. */
export function inferOpaque(call: Call, index: number, unknown: Unknown): PartlyInferred {
  const rule = call.node.domain === '' && index === 0 ? rules[call.node.opType] : undefined;
  if (!rule || call.inputs.length === 0) return ofBranches(call, index, unknown);
  return rule(call, unknown);
}

type Rule = (call: Call, unknown: Unknown) => PartlyInferred;

const dtypeOf = (call: Call, index = 0): DataType | undefined => call.inputs[index]?.dtype;
const shapeOf = (call: Call, index = 0): Shape | undefined => call.inputs[index]?.shape;

const sameAsFirst: Rule = (call) => ({ dtype: dtypeOf(call), shape: shapeOf(call) });

const broadcasting =
  (dtype: (call: Call) => DataType | undefined): Rule =>
  (call, unknown) => {
    const shapes = call.inputs.flatMap((operand) => (operand ? [operand.shape] : []));
    return {
      dtype: dtype(call),
      shape: shapes.every((shape) => shape) ? broadcast(shapes as Shape[], unknown) : undefined,
    };
  };

function broadcast(shapes: readonly Shape[], unknown: Unknown): Shape {
  const rank = Math.max(...shapes.map(({ length }) => length));
  return Array.from({ length: rank }, (_, axis) => {
    const sizes = new Set(shapes.map((shape) => shape[axis - rank + shape.length] ?? 1));
    sizes.delete(1);
    const [first = 1, ...others] = sizes;
    return others.length ? ([...sizes].find((size) => typeof size === 'number') ?? unknown(axis)) : first;
  });
}

/** [B,C,…] with so many axes as before: convolutions, pooling, resizing. */
const samples: Rule = (call, unknown) => {
  const [shape, weight] = [shapeOf(call), shapeOf(call, 1)];
  const channels =
    call.node.opType === 'Conv' ? weight?.[0] : call.node.opType.includes('Pool') ? shape?.[1] : undefined;
  return {
    dtype: dtypeOf(call),
    shape: shape?.map((size, axis) => (axis === 0 ? size : (axis === 1 && channels) || unknown(axis))),
  };
};

/** What the shape has from which a part is taken, or to which something is added, along some axes. */
const open =
  (known: (call: Call, axis: number) => boolean): Rule =>
  (call, unknown) => ({
    dtype: dtypeOf(call),
    shape: shapeOf(call)?.map((size, axis) => (known(call, axis) ? size : unknown(axis))),
  });

/** What an input says that is a shape. */
function targetShape(call: Call, index: number, unknown: Unknown): Shape | undefined {
  const rank = shapeOf(call, index)?.[0];
  const target = call.content(index)?.data;
  const at = (axis: number): Dimension => {
    const size = target?.[axis];
    return size === undefined || size === -1 || size === 0 ? unknown(axis) : size;
  };
  return typeof rank === 'number' ? Array.from({ length: rank }, (_, axis) => at(axis)) : undefined;
}

const ofTarget: Rule = (call, unknown) => ({ dtype: dtypeOf(call), shape: targetShape(call, 1, unknown) });

const truth = (): DataType => 'bool';

const rules: Readonly<Record<string, Rule>> = {
  ...each(
    sameAsFirst,
    ...['Abs', 'Acos', 'Acosh', 'Asin', 'Asinh', 'Atan', 'Atanh', 'BatchNormalization', 'Ceil', 'Celu', 'Clip', 'Cos'],
    ...['Cosh', 'CumSum', 'Dropout', 'Elu', 'Erf', 'Exp', 'Floor', 'HardSigmoid', 'HardSwish', 'Hardmax', 'Identity'],
    ...['InstanceNormalization', 'LRN', 'LayerNormalization', 'LeakyRelu', 'Log', 'LogSoftmax', 'LpNormalization'],
    ...['Neg', 'Not', 'PRelu', 'Reciprocal', 'Relu', 'ReverseSequence', 'Round', 'ScatterElements', 'ScatterND'],
    ...['Selu', 'Sigmoid', 'Sign', 'Sin', 'Sinh', 'Softmax', 'Softplus', 'Softsign', 'Sqrt', 'Tan', 'Tanh'],
    ...['ThresholdedRelu', 'Trilu'],
  ),
  ...each(broadcasting(dtypeOf), 'Add', 'BitShift', 'Div', 'Max', 'Mean', 'Min', 'Mod', 'Mul', 'Pow', 'Sub', 'Sum'),
  ...each(broadcasting(truth), 'And', 'Equal', 'Greater', 'GreaterOrEqual', 'Less', 'LessOrEqual', 'Or', 'Xor'),
  ...each(samples, 'AveragePool', 'Conv', 'ConvTranspose', 'LpPool', 'MaxPool', 'Resize', 'Upsample'),
  ...each(ofTarget, 'Expand', 'Reshape'),
  Cast: (call) => ({ dtype: dataTypeOf(call.integer('to', 0)), shape: shapeOf(call) }),
  ConstantOfShape: (call, unknown) => ({
    dtype: dataTypeOf(call.tensor('value')?.dataType ?? 1),
    shape: targetShape(call, 0, unknown),
  }),
  DequantizeLinear: (call) => ({ dtype: dtypeOf(call, 1), shape: shapeOf(call) }),
  IsInf: (call) => ({ dtype: 'bool', shape: shapeOf(call) }),
  IsNaN: (call) => ({ dtype: 'bool', shape: shapeOf(call) }),
  NonZero: (call, unknown) => ({ dtype: 'int64', shape: shapeOf(call) && [shapeOf(call)?.length ?? 0, unknown(1)] }),
  Pad: open((call, axis) => {
    const pads = call.inputs[3] ? undefined : call.numbers(1);
    return pads?.[axis] === 0 && pads[axis + pads.length / 2] === 0;
  }),
  Range: (call, unknown) => ({ dtype: dtypeOf(call), shape: [unknown(0)] }),
  Shape: (call) => ({ dtype: 'int64', shape: shapeOf(call) && [shapeOf(call)?.length ?? 0] }),
  Size: () => ({ dtype: 'int64', shape: [] }),
  Slice: open((call, axis) => {
    const axes = call.inputs[3] ? call.numbers(3) : call.numbers(1)?.map((_, at) => at);
    return axes?.every((one) => (one < 0 ? one + (shapeOf(call)?.length ?? 0) : one) !== axis) ?? false;
  }),
  Where: broadcasting((call) => dtypeOf(call, 1)),
};

function each(rule: Rule, ...types: readonly string[]): Record<string, Rule> {
  return Object.fromEntries(types.map((type) => [type, rule]));
}

/** What the branches of an If declare, as far as they agree. */
function ofBranches({ node }: Call, index: number, unknown: Unknown): PartlyInferred {
  if (node.opType !== 'If' || node.domain !== '') return {};
  const declared = subgraphsOf(node).map(({ output }) => {
    const type = output[index]?.type?.value;
    return describeType('', type?.case === 'tensorType' ? type.value : undefined);
  });
  const [first, second] = declared;
  const ranks = new Set(declared.map(({ shape }) => shape?.length));
  return {
    dtype: first?.dtype === second?.dtype ? first?.dtype : undefined,
    shape:
      ranks.size === 1
        ? first?.shape?.map((size, axis) =>
            typeof size === 'number' && size === second?.shape?.[axis] ? size : unknown(axis),
          )
        : undefined,
  };
}
