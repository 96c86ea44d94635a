import { type Dimension, required, type SymbolicTensor } from '@sensorium/contracts';
import { dtypeError } from '../error.js';
import { elementsOf } from '../cost.js';
import { defineOperator, single, type Inputs } from '../operator.js';
import { at, broadcastShapes, knownSize, shapeError } from '../shape.js';
import { formatShape } from '@sensorium/tensors';
import { expandLike, flatten, reshapeLike, transpose } from './shaping.js';
import { slice } from './slicing.js';

/** One letter for each axis of every operand and of the result. */
interface Labels {
  readonly operands: readonly string[];
  readonly output: string;
}

interface EinsumAttributes {
  readonly equation: string;
}

const einsumOperator = defineOperator<EinsumAttributes>('Einsum', {
  attributes: { equation: 'string' },
  // Every element of the sum is a product of all operands.
  operations: ({ inputs, attributes: { equation } }) =>
    2 * (inputs.length - 1) * elementsOf([...sizesOf(parse(equation).operands, inputs).values()]),
  shape: (inputs, { equation }) => {
    const { operands, output } = parse(equation);
    const sizes = sizesOf(operands, inputs);
    return [...output].map((label) => sizeOf(sizes, label));
  },
  gradient: ({ inputs, upstream, attributes: { equation } }) => {
    const { operands, output } = parse(equation);
    return operands.map((_, index) => operandGradient({ operands, output }, index, inputs, upstream));
  },
});

/**
 * Sums of products after Einstein: 'bik,bkj->bij' multiplies matrices in batches. Letters name axes, those that are not
 * in the result are summed over; '...' are axes that broadcast; without '->' the result has the letters that occur once,
 * in the order of the alphabet. A letter that an operand has twice names its diagonal. Throws SENSORIUM_SHAPE where operands
 * do not fit, and for a letter that the result has twice, which is not supported.
 */
export function einsum(equation: string, ...operands: readonly SymbolicTensor[]): SymbolicTensor {
  const odd = operands.find(({ dtype }) => dtype !== operands[0]?.dtype);
  if (odd) throw dtypeError(`Einsum of ${operands[0]?.dtype} and ${odd.dtype}`, 'Use cast() on one of them.');
  const spelled = spellOut(equation.replaceAll(' ', ''), operands);
  const distinct = operands.map((x, index) => onDiagonals(x, labelsOf(spelled.operands, index)));
  const labels = distinct.map((one) => one.labels);
  const sizes = sizesOf(
    labels,
    distinct.map(({ x }) => x),
  );
  // ONNX leaves open whether a size of 1 broadcasts to another: such an axis is taken away.
  const kept = distinct.map(({ x, labels: own }) =>
    [...own].filter((label, axis) => x.shape[axis] === sizes.get(label)),
  );
  const inputs = distinct.map(({ x }, index) =>
    reshapeLike(
      x,
      required(kept[index], 'the labels of an operand').map((label) => sizeOf(sizes, label)),
    ),
  );
  const terms = kept.map((own) => own.join(''));
  return single(einsumOperator(inputs, { equation: `${terms.join(',')}->${spelled.output}` }));
}

/** Where a letter names two axes, their diagonal alone counts: it becomes the last axis. */
function onDiagonals(x: SymbolicTensor, labels: string): { x: SymbolicTensor; labels: string } {
  const second = [...labels].findIndex((label, axis) => labels.indexOf(label) !== axis);
  if (second < 0) return { x, labels };
  const first = labels.indexOf(labels.charAt(second));
  const [size, other] = [knownSize(x.shape, first), knownSize(x.shape, second)];
  if (size !== other) throw shapeError(`"${labels}" names a diagonal of ${formatShape(x.shape)}, which is no square`);
  const rest = x.shape.flatMap((_, axis) => (axis === first || axis === second ? [] : [axis]));
  const squares = flatten(transpose(x, [...rest, first, second]), rest.length);
  const diagonal = slice(squares, -1, 0, size * size, size + 1);
  return onDiagonals(diagonal, [...rest, first].map((axis) => labels[axis]).join(''));
}

/** The same product with the upstream gradient in the place of the operand; axes that only it had come back by broadcasting. */
function operandGradient(
  { operands, output }: Labels,
  index: number,
  inputs: Inputs,
  upstream: SymbolicTensor,
): SymbolicTensor {
  const own = labelsOf(operands, index);
  const x = required(inputs[index], 'an operand');
  const others = operands.filter((_, at) => at !== index);
  const reached = [...own].filter((label) => [output, ...others].some((labels) => labels.includes(label)));
  const equation = `${[output, ...others].join(',')}->${reached.join('')}`;
  const product = einsum(equation, upstream, ...inputs.filter((_, at) => at !== index));
  const shape = [...own].map((label, axis) => (reached.includes(label) ? at(x.shape, axis) : 1));
  return expandLike(reshapeLike(product, shape), x);
}

function parse(equation: string): Labels {
  // Without an arrow there is no result yet.
  const [inputs = '', output = ''] = equation.split('->');
  return { operands: inputs.split(','), output };
}

/** Replaces '...' by letters of its own, and adds the result where the equation leaves it out. */
function spellOut(equation: string, operands: readonly SymbolicTensor[]): Labels {
  if (!/^(\.{3}|[A-Za-z,])*(->(\.{3}|[A-Za-z])*)?$/.test(equation)) {
    throw shapeError(`"${equation}" is no equation for Einsum`, "Letters for axes, such as 'bik,bkj->bij'.");
  }
  const { operands: terms, output } = parse(equation);
  if (terms.length !== operands.length) {
    throw shapeError(`"${equation}" takes ${terms.length} operands, and ${operands.length} are given`);
  }
  const free = [...ALPHABET].filter((letter) => !equation.includes(letter));
  const hidden = operands.map(({ shape }, index) => shape.length - labelsOf(terms, index).replace('...', '').length);
  const most = Math.max(0, ...terms.map((term, index) => (term.includes('...') ? at(hidden, index) : 0)));
  const ellipsis = (count: number): string => free.slice(most - count, most).join('');
  const spelled = terms.map((term, index) => {
    const rest = at(hidden, index);
    if (rest < 0 || (rest > 0 && !term.includes('...'))) {
      throw shapeError(
        `"${term}" of "${equation}" does not name the axes of ${formatShape(required(operands[index], 'an operand').shape)}`,
      );
    }
    return term.replace('...', ellipsis(rest));
  });
  const result = equation.includes('->') ? output.replace('...', ellipsis(most)) : ellipsis(most) + once(terms);
  check(equation, spelled, result);
  return { operands: spelled, output: result };
}

const ALPHABET = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';

/** The letters that occur once, in order: the result of an equation that names none. */
function once(terms: readonly string[]): string {
  const letters = [...terms.join('').replaceAll('.', '')];
  return letters
    .filter((letter) => letters.indexOf(letter) === letters.lastIndexOf(letter))
    .sort()
    .join('');
}

function check(equation: string, operands: readonly string[], output: string): void {
  const twice = [...output].find((label, index) => output.indexOf(label) !== index);
  if (twice) throw shapeError(`"${twice}" is twice in the result of "${equation}", which is not supported`);
  const unknown = [...output].find((label) => !operands.some((labels) => labels.includes(label)));
  if (unknown) throw shapeError(`"${unknown}" of the result of "${equation}" is in no operand`);
}

/** The size of every label; sizes of 1 broadcast. */
function sizesOf(operands: readonly string[], inputs: readonly SymbolicTensor[]): Map<string, Dimension> {
  const sizes = new Map<string, Dimension>();
  operands.forEach((labels, index) =>
    [...labels].forEach((label, axis) => {
      const own = at(required(inputs[index], 'an operand').shape, axis);
      const known = sizes.get(label);
      sizes.set(label, known === undefined ? own : at(broadcastShapes([known], [own]), 0));
    }),
  );
  return sizes;
}

const sizeOf = (sizes: ReadonlyMap<string, Dimension>, label: string): Dimension =>
  required(sizes.get(label), `the size of "${label}"`);

const labelsOf = (operands: readonly string[], index: number): string =>
  required(operands[index], `the labels of operand ${index}`);
