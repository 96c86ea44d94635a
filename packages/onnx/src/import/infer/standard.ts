import type { DataType, Dimension, Shape } from '@sensorium/contracts';
import { divideDimensions, multiplyDimensions } from '@sensorium/graph/transform';
import { dataTypeOf } from '../../read/tensor.js';
import type { Call } from '../call.js';
import {
  allOpen,
  axisOf,
  broadcasting,
  dtypeOf,
  each,
  open,
  says,
  product,
  sameAsFirst,
  samples,
  shapeOf,
  shaped,
  targetShape,
  type Rule,
  type Rules,
  type Unknown,
} from './rule.js';

const truth = (): DataType => 'bool';
const channelsOfInput = (call: Call): Dimension | undefined => shapeOf(call)?.[1];

/** [B,C,H,W] with squares of pixels for channels, or the other way round. */
const blocks = (toSpace: boolean): Rule =>
  shaped((call, unknown) => {
    const [shape, block] = [shapeOf(call), call.integer('blocksize', 1)];
    const larger = (axis: number, factor: number): Dimension => multiplyDimensions(shape?.[axis] ?? 1, factor);
    const smaller = (axis: number, factor: number): Dimension =>
      divideDimensions(shape?.[axis] ?? 1, factor) ?? unknown(axis);
    const [channels, space] = toSpace ? [smaller, larger] : [larger, smaller];
    return shape && [shape[0] ?? 1, channels(1, block ** 2), space(2, block), space(3, block)];
  });

/** The axes that a list names are as another input says, the others as they were. */
function cropped(call: Call, unknown: Unknown): Shape | undefined {
  const [shape, target] = [shapeOf(call), call.numbers(1)];
  const axes = call.integers('axes')?.map((axis) => (axis < 0 ? axis + (shape?.length ?? 0) : axis));
  return shape?.map((size, axis) => {
    const at = axes ? axes.indexOf(axis) : axis;
    return at < 0 ? size : (target?.[at] ?? unknown(axis));
  });
}

function oneHot(call: Call, unknown: Unknown): Shape | undefined {
  const shape = shapeOf(call);
  if (!shape) return undefined;
  const axis = call.integer('axis', -1);
  const at = axis < 0 ? axis + shape.length + 1 : axis;
  return shape.toSpliced(at, 0, call.scalar(1) ?? unknown(at));
}

function images(call: Call, unknown: Unknown): Shape | undefined {
  const [shape, sizes] = [shapeOf(call), targetShape(call, 1, unknown)];
  const block = call.numbers(2)?.reduce((a, b) => a * b, 1);
  if (!shape || !sizes) return undefined;
  return [shape[0] ?? 1, (block && divideDimensions(shape[1] ?? 1, block)) || unknown(1), ...sizes];
}

/** Where axes are not known that are left out, no more is known than how many there are, if they stay. */
const reduction: Rule = shaped((call, unknown) =>
  call.flag('keepdims', true) ? shapeOf(call)?.map((_, axis) => unknown(axis)) : undefined,
);

function spectrum(call: Call, unknown: Unknown): Shape | undefined {
  const [shape, isPart] = [shapeOf(call), Boolean(call.inputs[1]) || call.flag('onesided')];
  if (!shape || (call.flag('onesided') && call.flag('inverse'))) return undefined;
  const isSaid = call.inputs.length < 3;
  return shape.map((size, axis) => {
    if (axis === shape.length - 1) return 2;
    return isPart && !(isSaid && axis !== axisOf(call, 1)) ? unknown(axis) : size;
  });
}

const quantized: Rule = (call) => ({
  dtype: call.inputs[2] ? dtypeOf(call, 2) : dataTypeOf(call.integer('output_dtype', 2)),
  shape: shapeOf(call),
});

/** What the inputs tell of the first output of operators that are kept as they are. */
export const ofFirstOutput: Rules = {
  ...each(
    sameAsFirst,
    ...['Abs', 'Acos', 'Acosh', 'Asin', 'Asinh', 'Atan', 'Atanh', 'Bernoulli', 'BitwiseNot', 'Ceil', 'Celu', 'Clip'],
    ...['Cos', 'Cosh', 'CumSum', 'Elu', 'Erf', 'Exp', 'Floor', 'Gelu', 'GroupNormalization', 'HardSigmoid'],
    ...['HardSwish', 'Hardmax', 'Identity', 'InstanceNormalization', 'LRN', 'LeakyRelu', 'Log', 'LogSoftmax'],
    ...['LpNormalization', 'MeanVarianceNormalization', 'Mish', 'Neg', 'Not', 'PRelu', 'RandomNormalLike'],
    ...['RandomUniformLike', 'Reciprocal', 'Relu', 'ReverseSequence', 'Round', 'ScatterElements', 'ScatterND', 'Selu'],
    ...['Shrink', 'Sigmoid', 'Sign', 'Sin', 'Sinh', 'Softmax', 'Softplus', 'Softsign', 'Sqrt', 'Tan', 'Tanh'],
    ...['ThresholdedRelu', 'Trilu'],
  ),
  ...each(
    broadcasting(),
    ...['Add', 'BitShift', 'BitwiseAnd', 'BitwiseOr', 'BitwiseXor', 'Div', 'Max', 'Mean', 'Min', 'Mod', 'Mul', 'Pow'],
    ...['Sub', 'Sum'],
  ),
  ...each(broadcasting(truth), 'And', 'Equal', 'Greater', 'GreaterOrEqual', 'Less', 'LessOrEqual', 'Or', 'Xor'),
  ...each(samples(channelsOfInput), 'AveragePool', 'LpPool'),
  ...each(
    shaped((call) => shapeOf(call)?.map((size, axis) => (axis < 2 ? size : 1))),
    ...['GlobalAveragePool', 'GlobalLpPool', 'GlobalMaxPool'],
  ),
  ...each(
    samples(() => undefined),
    ...['ConvTranspose', 'Resize', 'Upsample'],
  ),
  ...each(
    reduction,
    ...['ReduceL1', 'ReduceL2', 'ReduceLogSum', 'ReduceLogSumExp', 'ReduceMax', 'ReduceMean', 'ReduceMin'],
    ...['ReduceProd', 'ReduceSum', 'ReduceSumSquare'],
  ),
  ...each(
    shaped((call, unknown) => targetShape(call, 1, unknown)),
    ...['Expand', 'Reshape'],
  ),
  AffineGrid: shaped((call, unknown) => {
    const size = targetShape(call, 1, unknown);
    return size && [...size.toSpliced(1, 1), size.length - 2];
  }),
  Cast: (call) => ({ dtype: dataTypeOf(call.integer('to', 0)), shape: shapeOf(call) }),
  CastLike: (call) => ({ dtype: dtypeOf(call, 1), shape: shapeOf(call) }),
  CenterCropPad: shaped(cropped),
  Col2Im: shaped(images),
  Compress: shaped((call, unknown) =>
    says(call, 'axis') ? shapeOf(call)?.with(axisOf(call, 0), unknown(axisOf(call, 0))) : [unknown(0)],
  ),
  Concat: open((call, axis) => axis !== axisOf(call, 0)),
  ConstantOfShape: (call, unknown) => ({
    dtype: dataTypeOf(call.tensor('value')?.dataType ?? 1),
    shape: targetShape(call, 0, unknown),
  }),
  Conv: samples((call) => shapeOf(call, 1)?.[0]),
  ConvInteger: (call, unknown) => ({ ...samples(() => shapeOf(call, 1)?.[0])(call, unknown), dtype: 'int32' }),
  DepthToSpace: blocks(true),
  DequantizeLinear: (call) => ({ dtype: dtypeOf(call, 1), shape: shapeOf(call) }),
  Det: shaped((call) => shapeOf(call)?.slice(0, -2)),
  DFT: shaped(spectrum),
  EyeLike: (call) => ({
    dtype: call.integer('dtype', 0) ? dataTypeOf(call.integer('dtype', 0)) : dtypeOf(call),
    shape: shapeOf(call),
  }),
  GridSample: shaped((call) => {
    const [x, grid] = [shapeOf(call), shapeOf(call, 1)];
    return x && grid && [...x.slice(0, 2), ...grid.slice(1, -1)];
  }),
  IsInf: (call) => ({ dtype: 'bool', shape: shapeOf(call) }),
  IsNaN: (call) => ({ dtype: 'bool', shape: shapeOf(call) }),
  MatMul: shaped(product(0, 1)),
  MatMulInteger: shaped(product(0, 1), 'int32'),
  NonMaxSuppression: shaped((_, unknown) => [unknown(0), 3], 'int64'),
  NonZero: shaped((call, unknown) => shapeOf(call) && [shapeOf(call)?.length ?? 0, unknown(1)], 'int64'),
  OneHot: shaped(oneHot, 2),
  Pad: open((call, axis) => {
    const pads = call.inputs[3] ? undefined : call.numbers(1);
    return pads?.[axis] === 0 && pads[axis + pads.length / 2] === 0;
  }),
  QLinearConv: (call, unknown) => ({ ...samples(() => shapeOf(call, 3)?.[0])(call, unknown), dtype: dtypeOf(call, 7) }),
  QLinearMatMul: shaped(product(0, 3), 7),
  QuantizeLinear: quantized,
  Range: shaped((_, unknown) => [unknown(0)]),
  RoiAlign: shaped((call, unknown) => [
    shapeOf(call, 1)?.[0] ?? unknown(0),
    shapeOf(call)?.[1] ?? unknown(1),
    call.integer('output_height', 1),
    call.integer('output_width', 1),
  ]),
  Shape: shaped((call) => shapeOf(call) && [shapeOf(call)?.length ?? 0], 'int64'),
  Size: shaped(() => [], 'int64'),
  Slice: open((call, axis) => {
    const axes = call.inputs[3] ? call.numbers(3) : call.numbers(1)?.map((_, at) => at);
    return axes?.every((one) => (one < 0 ? one + (shapeOf(call)?.length ?? 0) : one) !== axis) ?? false;
  }),
  SpaceToDepth: blocks(false),
  STFT: shaped((call, unknown) => [shapeOf(call)?.[0] ?? unknown(0), unknown(1), unknown(2), 2]),
  Tile: shaped((call, unknown) => shapeOf(call) && allOpen(shapeOf(call)?.length ?? 0, unknown)),
  Where: broadcasting((call) => dtypeOf(call, 1)),
};
