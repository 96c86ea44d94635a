import { normalizeAxis } from '@sensorium/graph/transform';
import { badModel, describeNode, typeOf } from '@sensorium/graph/protobuf';
import type { Call } from './call.js';

/**
 * A file that was saved for one sample can be run on many where every operator treats samples alike and none looks at
 * another. Samples then lie along one axis of every value, the file's first at the beginning; an axis that was n long is
 * n for each sample. A rule gives the axis of the outputs, or of each of them where they differ, or undefined where samples
 * would be mixed, or it cannot be told.
 */
type Rule = (call: Call, axis: number) => number | readonly number[] | undefined;

/** The axis of an output along which samples lie; undefined where it does not depend on them. */
export type BatchAxes = (output: number) => number | undefined;

export function batchAxesOf(call: Call): BatchAxes {
  if (call.inputs.every((operand) => operand?.batchAxis === undefined)) return () => undefined;
  const rule = rules[typeOf(call.node)];
  const known = call.inputs.every((operand) => !operand || operand.shape);
  const axes = known ? rule?.(call, call.inputs[0]?.batchAxis ?? -1) : undefined;
  if (axes === undefined) throw mixesSamples(call);
  return (output) => (typeof axes === 'number' ? axes : axes[output]);
}

export const mixesSamples = ({ node }: Call): Error =>
  badModel(
    `the file was saved for a fixed batch of 1, and whether ${describeNode(node)} would keep several samples apart cannot be told`,
    'Give the inputs as the file says, one sample at a time, or save the model again with an open batch.',
  );

/** What these are told about shapes, or given once, holds for the file's own batch: only lowering opens it. */
export const namesShapes: ReadonlySet<string> = new Set([
  ...['Concat', 'Expand', 'GRU', 'LSTM', 'RNN', 'Reshape', 'Resize', 'Slice'],
]);

const rank = (call: Call, index = 0): number => call.operand(index).value.shape.length;
const isBatched = (call: Call, index: number): boolean => call.inputs[index]?.batchAxis !== undefined;
/** Only the first input may hold samples. */
const first =
  (rule: Rule): Rule =>
  (call, axis) =>
    call.inputs.findLastIndex((operand) => operand?.batchAxis !== undefined) === 0 ? rule(call, axis) : undefined;

/** Element by element, with broadcasting: samples lie along the same axis, where all else is 1. */
const broadcasting: Rule = (call) => {
  const given = call.inputs.flatMap((operand, index) => (operand ? [{ operand, shape: call.fileShape(index) }] : []));
  const ends = given.flatMap(({ operand: { batchAxis }, shape }) =>
    batchAxis === undefined ? [] : [batchAxis - shape.length],
  );
  const [end = -1] = ends;
  const sizes = (batched: boolean): unknown[] =>
    given.flatMap(({ operand, shape }) => ((operand.batchAxis !== undefined) === batched ? [shape.at(end) ?? 1] : []));
  const apart =
    ends.every((other) => other === end) &&
    new Set(sizes(true)).size === 1 &&
    given.every(({ operand, shape }) => operand.batchAxis !== undefined || end < -shape.length || shape.at(end) === 1);
  return apart ? Math.max(...given.map(({ shape }) => shape.length)) + end : undefined;
};

const unary: Rule = first((_, axis) => axis);
/** Over the last axis: mean and deviation there. */
const alongLast: Rule = (call) => {
  const axis = broadcasting(call, -1);
  const most = Math.max(...call.inputs.map((_, index) => (call.inputs[index] ? rank(call, index) : 0)));
  return typeof axis === 'number' && axis < most - 1 ? [axis, axis, axis, axis] : undefined;
};
/** [B,C,…]: every sample by itself. Other outputs than the first (of MaxPool) are positions in the whole batch. */
const samples: Rule = first((call, axis) => (axis === 0 && call.outputs === 1 ? 0 : undefined));

/** Works along other axes than that of the samples. */
const along = (axesOf: (call: Call, rank: number) => readonly number[] | undefined): Rule =>
  first((call, axis) => {
    const axes = axesOf(call, rank(call))?.map((one) => normalizeAxis(one, rank(call)));
    return !axes || axes.includes(axis) ? undefined : axis;
  });
const axisAttribute = (otherwise: number): Rule => along((call) => [call.integer('axis', otherwise)]);

/** Where an axis lies after others are gone. */
const without = (axis: number, gone: readonly number[]): number => axis - gone.filter((one) => one < axis).length;

const axesOf = (call: Call): readonly number[] | undefined =>
  call.integers('axes') ?? (call.inputs[1] ? call.numbers(1) : undefined);

const reduction: Rule = first((call, axis) => {
  const axes = axesOf(call)?.map((one) => normalizeAxis(one, rank(call)));
  if (!axes?.length || axes.includes(axis)) return undefined;
  return call.flag('keepdims', true) ? axis : without(axis, axes);
});

const argument: Rule = first((call, axis) => {
  const along = normalizeAxis(call.integer('axis', 0), rank(call));
  if (along === axis) return undefined;
  return call.flag('keepdims', true) ? axis : without(axis, [along]);
});

/** Samples come first, so whatever shape each gets, they stay in order; otherwise all axes up to theirs stay. */
const reshaping: Rule = first((call, axis) => {
  const target = call.numbers(1);
  if (!target?.length) return undefined;
  const [from, to] = [call.fileShape(0).slice(0, axis + 1), target.slice(0, axis + 1)];
  const kept = to.every((size, at) => size === from[at] || (size === 0 && !call.flag('allowzero')));
  return axis === 0 || (kept && to.length === from.length) ? axis : undefined;
});

const expanding: Rule = first((call, axis) => {
  const target = call.numbers(1);
  if (!target) return undefined;
  const end = axis - rank(call);
  const size = target.at(end) ?? 1;
  const fits = end < -target.length || size === 1 || size === call.fileShape(0)[axis];
  return fits ? Math.max(target.length, rank(call)) + end : undefined;
});

/** Along rows of the left matrices, or along the stack of matrices on both sides, or on one where the other has 1. */
const matmul: Rule = (call) => {
  const ends = [0, 1].map((index) => {
    const axis = call.inputs[index]?.batchAxis;
    return axis === undefined ? undefined : axis - rank(call, index);
  });
  const shapes = [call.fileShape(0), call.fileShape(1)];
  const end = ends[0] ?? ends[1] ?? -1;
  const stacked = Math.max(...shapes.map(({ length }) => length)) + end;
  if (shapes.some(({ length }) => length < 2) || end === -1 || ends[1] === -2) return undefined;
  if (end === -2) return ends[1] === undefined ? stacked : undefined;
  const [size] = ends.flatMap((own, index) => (own === undefined ? [] : [shapes[index]?.at(end)]));
  const fits = ends.every((own, index) =>
    own === end ? shapes[index]?.at(end) === size : (shapes[index]?.at(end) ?? 1) === 1 && own === undefined,
  );
  return fits ? stacked : undefined;
};

const gemm: Rule = (call, axis) => {
  const [row, bias] = [Number(call.flag('transA')), call.inputs[2] ? call.fileShape(2) : []];
  const shared = bias.length < 2 || bias[0] === 1;
  return axis === row && !isBatched(call, 1) && !isBatched(call, 2) && shared ? 0 : undefined;
};

const gathering: Rule = (call, axis) => {
  const at = normalizeAxis(call.integer('axis', 0), rank(call));
  const indices = call.operand(1);
  if (!isBatched(call, 0)) return at + (indices.batchAxis ?? 0);
  if (isBatched(call, 1) || at === axis) return undefined;
  return at < axis ? axis - 1 + indices.value.shape.length : axis;
};

/** All inputs hold as many elements of each sample, along one axis, of which no element is named. */
const elementwiseAlong =
  (axesNamed: (call: Call) => readonly number[]): Rule =>
  (call, axis) => {
    const fits = call.inputs.every(
      (operand, index) => operand?.batchAxis === axis && call.fileShape(index)[axis] === call.fileShape(0)[axis],
    );
    return fits && !axesNamed(call).includes(axis) ? axis : undefined;
  };

const elements: Rule = elementwiseAlong((call) => [normalizeAxis(call.integer('axis', 0), rank(call))]);

/** Along the axes that both have in common. */
const gatheringND: Rule = elementwiseAlong((call) =>
  Array.from({ length: rank(call) }, (_, at) => at).slice(call.integer('batch_dims', 0)),
);

/** One letter names the samples of all inputs that hold some, and of the result. */
const einsum: Rule = (call) => {
  const [inputs = '', output] = call.text('equation', '').replaceAll(' ', '').split('->');
  const terms = inputs.split(',');
  const [label, ...others] = new Set(
    call.inputs.flatMap((operand, at) => (operand?.batchAxis === undefined ? [] : terms[at]?.[operand.batchAxis])),
  );
  if (!label || !output || others.length || inputs.includes('.')) return undefined;
  const sizes = call.inputs.flatMap((operand, at) =>
    operand?.batchAxis === undefined ? [] : [call.fileShape(at)[operand.batchAxis]],
  );
  const isApart = terms.every((term, at) => term.split(label).length - 1 === Number(isBatched(call, at)));
  return isApart && new Set(sizes).size === 1 && output.includes(label) ? output.indexOf(label) : undefined;
};

/** Sequences [T,B,I], with or without initial states [N,B,H]; everything else is the same for all samples. */
const recurrence: Rule = (call, axis) => {
  const states = [5, 6];
  const isState = (index: number): boolean => states.includes(index);
  const fits = call.inputs.every((operand, index) => {
    if (!operand || index === 0) return true;
    return operand.batchAxis === undefined || (isState(index) && operand.batchAxis === 1);
  });
  const single = [0, ...states].every((index) => !call.inputs[index] || call.fileShape(index)[1] === 1);
  return axis === 1 && fits && single && !call.flag('layout') ? [2, 1, 1] : undefined;
};

/** The axis of the samples keeps its size. */
const resizing: Rule = first((call, axis) => {
  const [scales, sizes] = [call.numbers(2), call.numbers(3)];
  const axes = call.integers('axes')?.map((one) => normalizeAxis(one, rank(call)));
  const at = axes ? axes.indexOf(axis) : axis;
  const isKept = sizes?.length ? sizes[at] === call.fileShape(0)[axis] : scales?.[at] === 1;
  return isKept || at < 0 ? axis : undefined;
});

/** Parts without samples are repeated for each. */
const joining: Rule = (call) => {
  const axes = new Set(call.inputs.flatMap((operand) => operand?.batchAxis ?? []));
  const [axis = 0] = axes;
  const along = normalizeAxis(call.integer('axis', 0), rank(call));
  const single = call.inputs.every((_, index) => isBatched(call, index) || call.fileShape(index)[axis] === 1);
  return axes.size === 1 && along !== axis && single ? axis : undefined;
};

/** Leaves the axis of the samples as it is, or takes all of it. */
const slicing: Rule = first((call, axis) => {
  const [starts, stops] = [call.numbers(1), call.numbers(2)];
  const axes = call.inputs[3] ? call.numbers(3) : starts?.map((_, at) => at);
  const at = axes?.findIndex((one) => normalizeAxis(one, rank(call)) === axis);
  if (!starts || !stops || at === undefined) return undefined;
  if (at < 0) return axis;
  const step = call.inputs[4] ? call.numbers(4)?.[at] : 1;
  const size = call.fileShape(0)[axis];
  const all = typeof size === 'number' && starts[at] === 0 && (stops[at] ?? 0) >= size && step === 1;
  return all ? axis : undefined;
});

const perAxis = (index: number, neutral: number): Rule =>
  first((call, axis) => {
    const values = call.numbers(index);
    const own = values && [values[axis], values[axis + (values.length - rank(call))]];
    return own?.every((value) => value === neutral) ? axis : undefined;
  });

const rules: Readonly<Record<string, Rule>> = {
  ...each(
    broadcasting,
    ...['Add', 'And', 'BitShift', 'Div', 'Equal', 'Greater', 'GreaterOrEqual', 'Less', 'LessOrEqual', 'Max', 'Mean'],
    ...['Min', 'Mod', 'Mul', 'Or', 'PRelu', 'Pow', 'Sub', 'Sum', 'Where', 'Xor'],
  ),
  ...each(
    unary,
    ...['Abs', 'Acos', 'Acosh', 'Asin', 'Asinh', 'Atan', 'Atanh', 'Cast', 'CastLike', 'Ceil', 'Celu', 'Clip', 'Cos'],
    ...['Cosh', 'Dropout', 'Elu', 'Erf', 'Exp', 'Floor', 'Gelu', 'HardSigmoid', 'HardSwish', 'Identity', 'IsInf'],
    ...[
      'IsNaN',
      'LeakyRelu',
      'Log',
      'Mish',
      'Neg',
      'Not',
      'Reciprocal',
      'Relu',
      'Round',
      'Selu',
      'Sigmoid',
      'Sign',
      'Sin',
    ],
    ...['Sinh', 'Softplus', 'Softsign', 'Sqrt', 'Tan', 'Tanh', 'ThresholdedRelu'],
  ),
  ...each(
    samples,
    ...['AveragePool', 'Conv', 'ConvTranspose', 'DepthToSpace', 'GlobalAveragePool'],
    ...['GlobalLpPool', 'GlobalMaxPool', 'GroupNormalization', 'InstanceNormalization', 'LRN', 'LpPool', 'MaxPool'],
    ...['SpaceToDepth'],
  ),
  ...each(
    reduction,
    ...['ReduceL1', 'ReduceL2', 'ReduceLogSum', 'ReduceLogSumExp', 'ReduceMax', 'ReduceMean', 'ReduceMin'],
    ...['ReduceProd', 'ReduceSum', 'ReduceSumSquare'],
  ),
  ...each(axisAttribute(-1), 'Hardmax', 'LogSoftmax', 'LpNormalization', 'Softmax', 'TopK'),
  ...each(argument, 'ArgMax', 'ArgMin'),
  BatchNormalization: (call, axis) => (call.flag('training_mode') ? undefined : samples(call, axis)),
  ...each(broadcasting, 'com.microsoft.BiasGelu', 'com.microsoft.FastGelu'),
  ...each(unary, 'com.microsoft.Gelu', 'com.microsoft.QuickGelu'),
  ...each(alongLast, 'com.microsoft.SkipLayerNormalization', 'com.microsoft.SkipSimplifiedLayerNormalization'),
  Concat: joining,
  CumSum: along((call) => call.numbers(1)),
  Einsum: einsum,
  Expand: expanding,
  Flatten: first((call, axis) => {
    const from = call.integer('axis', 1);
    return axis === 0 && (from < 0 ? from + rank(call) : from) > 0 ? 0 : undefined;
  }),
  Gather: gathering,
  GatherElements: elements,
  GatherND: gatheringND,
  Gemm: gemm,
  GRU: recurrence,
  ...each(
    first((call, axis) => (axis < normalizeAxis(call.integer('axis', -1), rank(call)) ? axis : undefined)),
    ...['LayerNormalization', 'SimplifiedLayerNormalization'],
  ),
  MeanVarianceNormalization: along((call) => call.integers('axes') ?? [0, 2, 3]),
  LSTM: recurrence,
  MatMul: matmul,
  OneHot: first((call, axis) => {
    const added = normalizeAxis(call.integer('axis', -1), rank(call) + 1);
    return added <= axis ? axis + 1 : axis;
  }),
  Pad: (call, axis) => (call.inputs[3] ? undefined : perAxis(1, 0)(call, axis)),
  Reshape: reshaping,
  Resize: resizing,
  RNN: recurrence,
  ScatterElements: elements,
  Slice: slicing,
  Split: axisAttribute(0),
  Squeeze: first((call, axis) => {
    const gone = axesOf(call)?.map((one) => normalizeAxis(one, rank(call)));
    return !gone || gone.includes(axis) ? undefined : without(axis, gone);
  }),
  Tile: perAxis(1, 1),
  Transpose: first((call, axis) => {
    const perm = call.integers('perm');
    return perm ? perm.indexOf(axis) : rank(call) - 1 - axis;
  }),
  Trilu: first((call, axis) => (axis < rank(call) - 2 ? axis : undefined)),
  Unsqueeze: first((call, axis) => {
    const added = call.numbers(1);
    if (!added) return undefined;
    const total = rank(call) + added.length;
    const taken = new Set(added.map((one) => normalizeAxis(one, total)));
    return Array.from({ length: total }, (_, at) => at).filter((at) => !taken.has(at))[axis];
  }),
};

function each(rule: Rule, ...types: readonly string[]): Record<string, Rule> {
  return Object.fromEntries(types.map((type) => [type, rule]));
}
