import { required, type Dimension, type Shape, type SymbolicTensor } from '@sensorium/contracts';
import * as g from '@sensorium/graph';
import type { CoordinateMode } from '@sensorium/graph';
import {
  attributeOf,
  floatAttribute,
  makeNode,
  textAttribute,
  textOf,
  type NodeProto,
} from '@sensorium/graph/protobuf';
import { normalizeAxis } from '@sensorium/graph/transform';
import { inputName, outputName } from '../import/at.js';
import type { Call } from '../import/call.js';
import { operators, type BatchRule, type Rewrite, type RewriteContext } from './record.js';
import { antialiasedMatrix } from './rules/antialiased.js';
import { firstBatch, rank } from './rules/batches.js';
import { gridSample } from './rules/grid-sample.js';
import { whereAccepted } from './rules/lowering.js';
import { toInputs, withoutDefaults } from './rules/rewrites.js';
import { samples, shapeOf, shaped, targetShape } from './rules/shapes.js';

const modes = ['nearest', 'linear', 'cubic'] as const;

const coordinates = [
  'half_pixel',
  'pytorch_half_pixel',
  'align_corners',
  'asymmetric',
  'tf_half_pixel_for_nn',
] as const;

const roundings = ['round_prefer_floor', 'round_prefer_ceil', 'floor', 'ceil'] as const;

/** Tensors of which two axes at least keep their size: images, with channels first or last. */
function resize(call: Call): SymbolicTensor | undefined {
  const target = targetOf(call);
  const mode = choice(call, 'mode', modes);
  const coordinate = choice(call, 'coordinate_transformation_mode', coordinates);
  const rounding = choice(call, 'nearest_mode', roundings);
  const isPlain = call.text('keep_aspect_ratio_policy', 'stretch') === 'stretch';
  if (!target || !mode || !coordinate || !rounding || !isPlain) return undefined;
  if (call.flag('antialias')) return mode === 'nearest' ? undefined : antialiased(call, target, mode, coordinate);
  const { value: x, batchAxis } = call.operand(0);
  // Samples before all others: the sizes are those of the file, which has one.
  const [first, second] = batchAxis === undefined ? target.kept : [batchAxis, ...without(target.kept, batchAxis)];
  if (first === undefined || second === undefined) return undefined;
  const order = [first, second, ...x.shape.flatMap((_, axis) => (axis === first || axis === second ? [] : [axis]))];
  const spatial = order.slice(2).map((axis) => target.values[axis]);
  if (!spatial.every((value) => typeof value === 'number')) return undefined;
  const resized = g.resize(inOrder(x, order), target.isScale ? { scales: spatial } : { sizes: spatial }, {
    mode,
    coordinates: coordinate,
    nearest: rounding,
    cubicCoefficient: call.float('cubic_coeff_a', -0.75),
    excludeOutside: call.flag('exclude_outside'),
  });
  return inOrder(
    resized,
    order.map((_, axis) => order.indexOf(axis)),
  );
}

/** Every axis by a matrix of its own. */
function antialiased(
  call: Call,
  { kept, values, isScale }: Target,
  mode: 'linear' | 'cubic',
  coordinates: CoordinateMode,
): SymbolicTensor | undefined {
  const { value: x, batchAxis } = call.operand(0);
  const filter = {
    mode,
    coordinates,
    cubicCoefficient: call.float('cubic_coeff_a', -0.75),
    excludeOutside: call.flag('exclude_outside'),
  };
  return x.shape.reduce<SymbolicTensor | undefined>((all, from, axis) => {
    const value = values[axis];
    if (!all || kept.includes(axis) || axis === batchAxis) return all;
    if (typeof from !== 'number' || typeof value !== 'number') return undefined;
    const resized = isScale
      ? { from, to: Math.floor(Math.fround(from * value)), scale: value }
      : { from, to: value, scale: value / from };
    const matrix = g.constant(antialiasedMatrix(resized, filter), x.dtype, [resized.to, from]);
    const last = x.shape.length - 1;
    const swapped = x.shape.map((_, at) => (at === axis ? last : at === last ? axis : at));
    return inOrder(g.matmul(inOrder(all, swapped), g.transpose(matrix)), swapped);
  }, x);
}

const without = (axes: readonly number[], axis: number): number[] => axes.filter((other) => other !== axis);

const inOrder = (x: SymbolicTensor, order: readonly number[]): SymbolicTensor =>
  order.every((axis, at) => axis === at) ? x : g.transpose(x, order);

/** Undefined for a choice that ours do not have. */
function choice<T extends string>(call: Call, name: string, all: readonly [T, ...T[]]): T | undefined {
  const chosen = call.text(name, all[0]);
  return all.find((one) => one === chosen);
}

interface Target {
  readonly isScale: boolean;
  /** Of every axis. */
  readonly values: Shape;
  /** The axes that keep their size. */
  readonly kept: readonly number[];
}

/** Undefined where it is not known. */
function targetOf(call: Call): Target | undefined {
  const shape = call.fileShape(0);
  const axes = call.integers('axes')?.map((axis) => normalizeAxis(axis, shape.length)) ?? shape.map((_, axis) => axis);
  const [scales, sizes] = [call.numbers(2), call.numbers(3)];
  const isScale = sizes?.length !== axes.length;
  const given = isScale ? scales : sizes;
  if (given?.length !== axes.length) return undefined;
  const same = (size: Dimension): Dimension => (isScale ? 1 : size);
  const values = shape.map((size, axis) => given[axes.indexOf(axis)] ?? same(size));
  return { isScale, values, kept: shape.flatMap((size, axis) => (values[axis] === same(size) ? [axis] : [])) };
}

/** The axis of the samples keeps its size. */
const resizingBatch: BatchRule = firstBatch((call, axis) => {
  const [scales, sizes] = [call.numbers(2), call.numbers(3)];
  const axes = call.integers('axes')?.map((one) => normalizeAxis(one, rank(call)));
  const at = axes ? axes.indexOf(axis) : axis;
  const isKept = sizes?.length ? sizes[at] === call.fileShape(0)[axis] : scales?.[at] === 1;
  return isKept || at < 0 ? axis : undefined;
});

/** What every mode was called before; the default, which was another, is named. */
const namedMode: Rewrite = (node) =>
  attributeOf(node, 'mode') ? [node] : [{ ...node, attribute: [...node.attribute, textAttribute('mode', 'linear')] }];

const asymmetric = textAttribute('coordinate_transformation_mode', 'asymmetric');

/**
 * Scales were an attribute first, and how elements are found was not said: 'nearest' took the one before where an axis grows, and
 * the one after where it shrinks.
 */
const byScales: Rewrite = (node, context) => {
  const [stored, named] = storedScales(node, context);
  const [x, scales] = [inputName(named, 0), inputName(named, 1)];
  const mode = textOf(attributeOf(named, 'mode')) || 'nearest';
  const resize = (from: string, by: string, to: string, rounding?: string): NodeProto =>
    makeNode(
      'Resize',
      [from, '', by],
      [to],
      [
        textAttribute('mode', mode === 'bilinear' ? 'linear' : mode),
        asymmetric,
        ...(rounding ? [textAttribute('nearest_mode', rounding)] : []),
      ],
    );
  const y = outputName(named, 0);
  if (mode !== 'nearest') return [...stored, resize(x, scales, y)];
  const [one, up, down, larger] = ['one', 'up', 'down', 'larger'].map((what) => context.fresh(`${y}/${what}`)) as [
    string,
    string,
    string,
    string,
  ];
  return [
    ...stored,
    makeNode('Constant', [], [one], [floatAttribute('value_float', 1)]),
    makeNode('Max', [scales, one], [up]),
    makeNode('Min', [scales, one], [down]),
    resize(x, up, larger, 'floor'),
    resize(larger, down, y, 'ceil'),
  ];
};

function storedScales(node: NodeProto, context: RewriteContext): [NodeProto[], NodeProto] {
  const nodes = toInputs('scales')(node, context);
  return [nodes.slice(0, -1), required(nodes.at(-1), 'the node itself')];
}

export const resizing = operators({
  AffineGrid: {
    infer: shaped((call, unknown) => {
      const size = targetShape(call, 1, unknown);
      return size && [...size.toSpliced(1, 1), size.length - 2];
    }),
    since: { operator: 20 },
  },
  GridSample: {
    lower: gridSample,
    infer: shaped((call) => {
      const [x, grid] = [shapeOf(call), shapeOf(call, 1)];
      return x && grid && [...x.slice(0, 2), ...grid.slice(1, -1)];
    }),
    newer: [20, namedMode],
    since: { values: { mode: { cubic: 20, linear: 20 } } },
  },
  Resize: {
    lower: whereAccepted(resize),
    infer: samples(() => undefined),
    batch: resizingBatch,
    older: [11, byScales],
    newer: [18, withoutDefaults({ antialias: ['0'], axes: ['none'], keep_aspect_ratio_policy: ['stretch'] })],
    since: {
      attributes: { antialias: 18, axes: 18, keep_aspect_ratio_policy: 18 },
      values: { coordinate_transformation_mode: { half_pixel_symmetric: 19 } },
    },
    namesShapes: true,
  },
  Upsample: { older: [10, byScales] },
});
