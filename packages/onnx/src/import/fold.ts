import type { DataType, Dimension } from '@sensorium/contracts';
import { addDimensions, divideDimensions, multiplyDimensions, normalizeAxis } from '@sensorium/graph/transform';
import { dataTypeOf, decodeTensor } from '../read/tensor.js';
import type { Call } from './call.js';
import { broadcast, build, picked, positions, reduced, size } from './fold-arrays.js';
import { contentOf, type Content } from './operand.js';

/**
 * What a node computes from sizes and other numbers that are known while the graph is built, or undefined where it
 * depends on more. Files compute the shapes of their Reshapes in this way.
 */
export function fold(call: Call): Content | undefined {
  if (call.node.domain !== '' || call.outputs !== 1) return undefined;
  const ofShape = foldsOfShape[call.node.opType];
  if (ofShape) return ofShape(call);
  const rule = folds[call.node.opType];
  const contents = call.inputs.map((operand) => operand?.content);
  if (!rule || call.inputs.some((operand, index) => operand && !contents[index])) return undefined;
  const [first] = contents;
  return first && rule(call, first, contents.slice(1));
}

/** They need to know no more than the shape of their input. */
const foldsOfShape: Readonly<Record<string, (call: Call) => Content | undefined>> = {
  Shape(call) {
    if (!call.operand(0).shape) return undefined;
    const shape = call.fileShape(0);
    return integers(shape.slice(call.integer('start', 0), call.integer('end', shape.length)));
  },
  Size: (call) =>
    call.operand(0).shape && { ...integers([call.fileShape(0).reduce(multiplyDimensions, 1)]), shape: [] },
};

const integers = (data: readonly Dimension[]): Content => ({ dtype: 'int64', shape: [data.length], data });

type Rule = (call: Call, first: Content, others: readonly (Content | undefined)[]) => Content | undefined;
type Entry = Dimension | undefined;

const unary =
  (compute: (a: number) => number, ofSize: (symbol: string) => Entry = () => undefined): Rule =>
  (_, x) => {
    const of = (entry: Dimension): Entry =>
      typeof entry === 'number' ? rounded(x.dtype, compute(entry)) : ofSize(entry);
    return whole({ ...x, data: x.data.map(of) });
  };

/** Sizes are whole and not negative. */
const same = (symbol: string): Entry => symbol;

const binary =
  (compute: (a: Dimension, b: Dimension, dtype: DataType) => Entry | boolean, dtype?: DataType): Rule =>
  (_, first, others) =>
    others.reduce<Content | undefined>((a, b) => {
      if (!a || !b) return undefined;
      const type = dtype ?? a.dtype;
      return whole(broadcast(type, [a, b], ([x = 0, y = 0]) => rounded(type, compute(x, y, a.dtype))));
    }, first);

/** As an element of that type would hold it. */
function rounded(dtype: DataType, entry: Entry | boolean): Entry {
  if (typeof entry === 'boolean') return Number(entry);
  if (typeof entry !== 'number') return entry;
  if (dtype === 'float32') return Math.fround(entry);
  return dtype === 'float64' ? entry : Math.trunc(entry);
}

/** A content in which everything could be told. */
function whole(content: { dtype: DataType; shape: readonly number[]; data: readonly Entry[] }): Content | undefined {
  return content.data.includes(undefined) ? undefined : (content as Content);
}

const onNumbers =
  <T>(compute: (a: number, b: number) => T) =>
  (a: Dimension, b: Dimension): T | undefined =>
    typeof a === 'number' && typeof b === 'number' ? compute(a, b) : undefined;

/** A size is never negative; what else a symbol is, is not known. */
function isEqual(a: Dimension, b: Dimension): boolean | undefined {
  if (a === b) return true;
  if (typeof a === 'number' && typeof b === 'number') return false;
  return [a, b].some((entry) => typeof entry === 'number' && entry < 0) ? false : undefined;
}

function divided(a: Dimension, b: Dimension, dtype: DataType): Entry {
  if (typeof a !== 'number' || typeof b !== 'number') return divideDimensions(a, b);
  return b === 0 && !dtype.startsWith('float') ? undefined : a / b;
}

function added(a: Dimension, b: Dimension): Entry {
  if (typeof a === 'number' && typeof b === 'number') return a + b;
  if (b === 0) return a;
  const sign = [a, b].some((entry) => typeof entry === 'number' && entry < 0);
  return sign || (typeof a !== typeof b && a !== 0) ? undefined : sum(a, b);
}

/** Sums of sizes that count different things are none of our dimensions. */
function sum(a: Dimension, b: Dimension): Entry {
  try {
    return addDimensions(a, b);
  } catch {
    return undefined;
  }
}

function multiplied(a: Dimension, b: Dimension): Entry {
  if (typeof a === 'number' && typeof b === 'number') return a * b;
  const negative = [a, b].some((entry) => typeof entry === 'number' && (entry < 0 || !Number.isInteger(entry)));
  return negative ? undefined : multiplyDimensions(a, b);
}

const modulo = (call: Call, a: number, b: number): number => (call.flag('fmod') ? a % b : a - b * Math.floor(a / b));

const asBefore: Rule = (_, x) => x;

const withShape =
  (shapeOf: (call: Call, x: Content, axes: readonly number[] | undefined) => readonly number[] | undefined): Rule =>
  (call, x) => {
    const shape = shapeOf(call, x, call.numbers(1));
    return shape && size(shape) === x.data.length ? { ...x, shape } : undefined;
  };

const folds: Readonly<Record<string, Rule>> = {
  Abs: unary(Math.abs, same),
  Add: binary(added),
  And: binary(onNumbers((a, b) => a * b)),
  Cast(call, x) {
    const dtype = dataTypeOf(call.integer('to', 0));
    if (!dtype) return undefined;
    const cast = (entry: Dimension): Entry =>
      typeof entry === 'number' ? rounded(dtype, dtype === 'bool' ? entry !== 0 : entry) : symbolAs(dtype, entry);
    return whole({ ...x, dtype, data: x.data.map(cast) });
  },
  Ceil: unary(Math.ceil, same),
  Concat(call, first, others) {
    const parts = [first, ...others].filter((part) => part !== undefined);
    const axis = normalizeAxis(call.integer('axis', 0), first.shape.length);
    if (axis !== 0) return undefined;
    const data = parts.flatMap((part) => part.data);
    const length = parts.reduce((total, { shape: [own = 0] }) => total + own, 0);
    return { ...first, shape: first.shape.with(0, length), data };
  },
  ConstantOfShape(call, { data }) {
    if (!data.every((entry) => typeof entry === 'number')) return undefined;
    const stored = call.tensor('value');
    const value = stored ? decodeTensor(stored) : undefined;
    if (stored && !value) return undefined;
    const fill = value ? contentOf(value) : undefined;
    return whole(build(fill?.dtype ?? 'float32', data, () => fill?.data[0] ?? 0));
  },
  Div: binary(divided),
  Equal: binary(isEqual, 'bool'),
  Expand(_, x, [target]) {
    if (!target?.data.every((entry) => typeof entry === 'number')) return undefined;
    const like = whole(build('int64', target.data, () => 0));
    return like && whole(broadcast(x.dtype, [x, like], ([entry]) => entry));
  },
  Floor: unary(Math.floor, same),
  Gather(call, x, [indices]) {
    if (!indices) return undefined;
    const axis = normalizeAxis(call.integer('axis', 0), x.shape.length);
    const rank = indices.shape.length;
    const shape = [...x.shape.slice(0, axis), ...indices.shape, ...x.shape.slice(axis + 1)];
    return whole(
      build(x.dtype, shape, (index) => {
        const which = Number(picked(indices, index.slice(axis, axis + rank)));
        const at = which < 0 ? which + (x.shape[axis] ?? 0) : which;
        return picked(x, [...index.slice(0, axis), at, ...index.slice(axis + rank)]);
      }),
    );
  },
  Greater: binary(
    onNumbers((a, b) => a > b),
    'bool',
  ),
  GreaterOrEqual: binary(
    onNumbers((a, b) => a >= b),
    'bool',
  ),
  Identity: asBefore,
  Less: binary(
    onNumbers((a, b) => a < b),
    'bool',
  ),
  LessOrEqual: binary(
    onNumbers((a, b) => a <= b),
    'bool',
  ),
  Max: binary(onNumbers(Math.max)),
  Min: binary(onNumbers(Math.min)),
  Mod: (call, first, others) => binary(onNumbers((a, b) => modulo(call, a, b)))(call, first, others),
  Mul: binary(multiplied),
  Neg: unary((a) => -a),
  Not: unary((a) => Number(a === 0)),
  Or: binary(onNumbers((a, b) => Math.max(a, b))),
  Pow: binary(onNumbers((a, b) => a ** b)),
  Range(_, { dtype, data: [start] }, [limit, step]) {
    const [from, to, by] = [start, limit?.data[0], step?.data[0]];
    if (typeof from !== 'number' || typeof to !== 'number' || typeof by !== 'number' || by === 0) return undefined;
    const count = Math.max(0, Math.ceil((to - from) / by));
    return whole(build(dtype, [count], ([index = 0]) => rounded(dtype, from + index * by)));
  },
  ReduceMax: (call, x) => reduced(call, x, onNumbers(Math.max)),
  ReduceMin: (call, x) => reduced(call, x, onNumbers(Math.min)),
  ReduceProd: (call, x) => reduced(call, x, multiplied),
  ReduceSum: (call, x) => reduced(call, x, added),
  Reshape: withShape((call, x, target) => {
    if (!target) return undefined;
    const sizes = target.map((entry, axis) => (entry === 0 && !call.flag('allowzero') ? (x.shape[axis] ?? 0) : entry));
    const rest = size(sizes.filter((entry) => entry !== -1));
    return sizes.map((entry) => (entry === -1 ? x.data.length / rest : entry));
  }),
  Slice(call, x) {
    const [starts, stops] = [call.numbers(1), call.numbers(2)];
    const axes = call.inputs[3] ? call.numbers(3) : starts?.map((_, axis) => axis);
    const steps = call.inputs[4] ? call.numbers(4) : starts?.map(() => 1);
    if (!starts || !stops || !axes || !steps || steps.includes(0)) return undefined;
    const taken = x.shape.map((size) => positions(size, 0, size, 1));
    axes.forEach((given, at) => {
      const axis = normalizeAxis(given, x.shape.length);
      taken[axis] = positions(x.shape[axis] ?? 1, starts[at] ?? 0, stops[at] ?? 0, steps[at] ?? 1);
    });
    const shape = taken.map(({ length }) => length);
    return whole(
      build(x.dtype, shape, (index) =>
        picked(
          x,
          index.map((at, axis) => taken[axis]?.[at] ?? 0),
        ),
      ),
    );
  },
  Sqrt: unary(Math.sqrt),
  Squeeze: withShape((_, x, axes) => {
    const gone = axes?.map((axis) => normalizeAxis(axis, x.shape.length));
    return x.shape.filter((length, axis) => (gone ? !gone.includes(axis) : length !== 1));
  }),
  Sub: binary((a, b) => (typeof a === 'number' && typeof b === 'number' ? a - b : b === 0 ? a : undefined)),
  Transpose(call, x) {
    const perm = call.integers('perm') ?? x.shape.map((_, axis) => axis).reverse();
    const shape = perm.map((axis) => x.shape[axis] ?? 1);
    return whole(
      build(x.dtype, shape, (index) =>
        picked(
          x,
          perm.map((_, axis) => index[perm.indexOf(axis)] ?? 0),
        ),
      ),
    );
  },
  Unsqueeze: withShape((_, x, axes) => {
    if (!axes) return undefined;
    const rank = x.shape.length + axes.length;
    const added = axes.map((axis) => normalizeAxis(axis, rank));
    const old = [...x.shape];
    return Array.from({ length: rank }, (_, axis) => (added.includes(axis) ? 1 : (old.shift() ?? 1)));
  }),
  Where(_, condition, [a, b]) {
    if (!a || !b) return undefined;
    return whole(broadcast(a.dtype, [condition, a, b], ([choice, yes, no]) => (choice ? yes : no)));
  },
  Xor: binary(onNumbers((a, b) => a !== b)),
};

/** A size stays a symbol as long as it stays a number of which nothing is lost. */
const symbolAs = (dtype: DataType, symbol: string): Entry =>
  ['int64', 'int32', 'float32', 'float64'].includes(dtype) ? symbol : undefined;
