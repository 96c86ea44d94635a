import { required, type SymbolicTensor } from '@sensorium/contracts';
import { applyNode, single } from '../operator.js';
import { batchNormalization } from '../operators/channel-normalization.js';
import { mean, sum } from '../operators/reduction.js';
import { reshape, reshapeLike, transpose } from '../operators/shaping.js';
import { product } from '../operators/window-positions.js';
import { isPoint, placesOf, type Window } from '../operators/windows.js';
import { at } from '../shape.js';
import type { Node, Value } from '../value.js';
import { batchLast, lastShape } from './batch-last.js';
import { convolutionProduct } from './convolution-product.js';

/** Of values [B,…] that are there with the batch last, […,B]. */
export type LastForms = Map<Value, SymbolicTensor>;

/** What a node gives: with the batch last, or, where no batch is left, as it is. */
export type Made = { readonly last: SymbolicTensor } | { readonly whole: SymbolicTensor };

/** Computes a node with the batch last, or undefined where that is not to be. */
type Rule = (node: Node, inputs: readonly (Value | null)[], forms: LastForms) => Made | undefined;

/**
 * Where one product of all images is faster than theirs one after the other: for many images of few places. Below so many
 * images what is gathered is too short, above so many places each image is a product that is large enough.
 */
const FEWEST_IMAGES = 32;
const MOST_PLACES = 2 ** 8;

/** More numbers under all windows than these, which are kept for the gradient, would take too much memory: 16 MiB. */
const MOST_GATHERED = 2 ** 22;

const convolution: Rule = ({ attributes }, [x, weight, bias = null], forms) => {
  const { group, ...window } = attributes as unknown as Window & { readonly group: number };
  if (!x || !weight || group !== 1 || !x.shape.every((size) => typeof size === 'number')) return undefined;
  const form = forms.get(x);
  const worthwhile = isPoint(window) ? form !== undefined : isGathered(x.shape.map(Number), window);
  return worthwhile ? { last: convolutionProduct(form ?? batchLast(x), weight, bias, window) } : undefined;
};

function isGathered(images: readonly number[], window: Window): boolean {
  const [batch, channels] = [at(images, 0), at(images, 1)];
  const places = product(placesOf(images, window));
  const gathered = batch * channels * places * product(window.kernel_shape);
  return batch >= FEWEST_IMAGES && places <= MOST_PLACES && gathered <= MOST_GATHERED;
}

const elementwise: Rule = (node, inputs, forms) => {
  const rank = required(node.outputs[0], 'an output').shape.length;
  if (!inputs.some((value) => value && forms.has(value))) return undefined;
  const aligned = inputs.map((value) => value && alignedTo(rank, value, forms));
  return { last: single(applyNode(node.definition, aligned, node.attributes)) };
};

/** A value that broadcasts to tensors [B,…] of this rank, as one that broadcasts to […,B]. */
function alignedTo(rank: number, value: Value, forms: LastForms): SymbolicTensor {
  const known = forms.get(value);
  if (known && value.shape.length === rank) return known;
  if (value.shape.length === 0) return value;
  const shape = [...new Array<number>(rank - value.shape.length).fill(1), ...value.shape];
  return shape[0] === 1 ? reshapeLike(value, lastShape(shape)) : batchLast(value);
}

const reduction =
  (reduce: typeof sum): Rule =>
  ({ attributes, outputs }, [x], forms) => {
    const form = x && forms.get(x);
    if (!form) return undefined;
    const { $axes, keepdims } = attributes as unknown as {
      readonly $axes: readonly number[];
      readonly keepdims: number;
    };
    const rank = form.shape.length;
    const reduced = reduce(
      form,
      $axes.map((axis) => (axis === 0 ? rank : axis) - 1),
      { keep: Boolean(keepdims) },
    );
    if (!$axes.includes(0)) return reduced.shape.length > 1 ? { last: reduced } : { whole: reduced };
    return { whole: reshapeLike(reduced, required(outputs[0], 'an output').shape) };
  };

/** Channels of all pixels of all images, as those of one image. */
const normalization: Rule = ({ attributes }, [x, ...parameters], forms) => {
  const form = x && forms.get(x);
  if (!form) return undefined;
  const [scale, bias, center, variance] = parameters.map((one) => required(one, 'a parameter of a normalisation')) as [
    Value,
    Value,
    Value,
    Value,
  ];
  const image = reshape(form, [1, at(form.shape, 0), -1]);
  const normal = batchNormalization(image, scale, bias, center, variance, Number(attributes['epsilon']));
  return { last: reshapeLike(normal, form.shape) };
};

const reshaping: Rule = ({ outputs }, [x], forms) => {
  const form = x && forms.get(x);
  const shape = required(outputs[0], 'an output').shape;
  if (!form || shape.length < 2 || shape[0] !== x.shape[0]) return undefined;
  return { last: reshapeLike(form, lastShape(shape)) };
};

const transposition: Rule = ({ attributes }, [x], forms) => {
  const form = x && forms.get(x);
  const perm = attributes['perm'] as readonly number[];
  if (!form || perm[0] !== 0) return undefined;
  return { last: transpose(form, [...perm.slice(1).map((axis) => axis - 1), perm.length - 1]) };
};

const elementwiseTypes = [
  ...['Relu', 'LeakyRelu', 'PRelu', 'Elu', 'Selu', 'Celu', 'Sigmoid', 'HardSigmoid', 'HardSwish', 'Tanh', 'Softplus'],
  ...['Erf', 'Exp', 'Log', 'Sqrt', 'Neg', 'Abs', 'Sign', 'Cast', 'Clip', 'Not'],
  ...['Add', 'Sub', 'Mul', 'Div', 'Pow', 'Max', 'Min', 'Where', 'Equal', 'Greater', 'Less', 'And', 'Or'],
];

const rules = new Map<string, Rule>([
  ...elementwiseTypes.map((type) => [type, elementwise] as const),
  ['Conv', convolution],
  ['BatchNormalization', normalization],
  ['ReduceSum', reduction(sum)],
  ['ReduceMean', reduction(mean)],
  ['Reshape', reshaping],
  ['Transpose', transposition],
]);

export const ruleFor = ({ definition: { type, domain } }: Node): Rule | undefined =>
  domain === '' ? rules.get(type) : undefined;
