import { type Dimension, required, type SymbolicTensor, type Symbols } from '@sensorium/contracts';
import { didYouMean } from '@sensorium/data';
import { cast, constant, reshape } from '@sensorium/graph';
import type { OnnxModel } from '@sensorium/onnx';
import { formatShape } from '@sensorium/tensors';
import type { Flow } from './flow.js';
import type { Stage } from './options.js';
import { misfit } from './problem.js';

type Input = OnnxModel['inputs'][number];

/** What the inputs of a file are given, by their names there, but for states. */
export interface Feeds {
  /** Of each sample. */
  readonly values: Readonly<Record<string, string>>;
  /** The same for all. */
  readonly constants: Symbols;
}

/**
 * By `inputs`; else an input gets what is called like it, and the only one that is left the first of what there is. Throws
 * SENSORIUM_MANIFEST_INVALID with all inputs and their shapes where that does not say what each is given.
 */
export function feedsOf(model: OnnxModel, { values }: Flow, stage: Stage): Feeds {
  const { file, inputs: given = {}, states = {} } = stage;
  const names = model.inputs.map(({ name }) => name);
  const odd = [...Object.keys(given), ...Object.keys(states)].find((name) => !names.includes(name));
  if (odd !== undefined) {
    throw misfit(file, `the model has no input "${odd}".${didYouMean(odd, names)}`, describeInputs(model));
  }
  const assigned: Record<string, string> = {};
  const constants: Record<string, SymbolicTensor> = {};
  const open: Input[] = [];
  for (const input of model.inputs.filter(({ name }) => !Object.hasOwn(states, name))) {
    const value = Object.hasOwn(given, input.name) ? given[input.name] : undefined;
    if (typeof value === 'number') constants[input.name] = constantFor(file, input, value);
    else if (value !== undefined) assigned[input.name] = known(file, values, value);
    else if (Object.hasOwn(values, input.name)) assigned[input.name] = input.name;
    else open.push(input);
  }
  const [first] = Object.keys(values);
  const [only, ...more] = open;
  if (only && (more.length > 0 || Object.keys(assigned).length > 0)) throw unsaid(model, open, values, file);
  if (only) assigned[only.name] = required(first, 'what the file is given');
  return { values: assigned, constants };
}

function known(file: string, values: Symbols, name: string): string {
  if (Object.hasOwn(values, name)) return name;
  const there = Object.keys(values);
  throw misfit(
    file,
    `"inputs" says "${name}", and there is no such thing of a value.${didYouMean(name, there)}`,
    `There is: ${there.join(', ')}. A number stands for itself.`,
  );
}

const unsaid = (model: OnnxModel, open: readonly Input[], values: Symbols, file: string): Error =>
  misfit(
    file,
    `nothing says what ${open.map(describeInput).join(', ')} ${open.length > 1 ? 'are' : 'is'} given`,
    `${describeInputs(model)} Write in "inputs" what each is given: ${Object.keys(values).join(', ')}, or a number; in "states", which output it is fed.`,
  );

export const describeInput = ({ name, dtype, shape }: Input): string =>
  `"${name}" ${dtype ?? 'of an unknown type'} ${shape ? formatShape(shape) : 'of unknown shape'}`;

export const describeInputs = ({ inputs }: OnnxModel): string =>
  inputs.length === 0 ? 'The model has no inputs.' : `Its inputs: ${inputs.map(describeInput).join(', ')}.`;

function constantFor(file: string, input: Input, value: number): SymbolicTensor {
  const { dtype = 'float32', shape = [] } = input;
  const sizes = shape.map((size) => (typeof size === 'number' ? size : 1));
  const count = sizes.reduce((product, size) => product * size, 1);
  if (dtype === 'int64' && !Number.isInteger(value)) {
    throw misfit(file, `${describeInput(input)} is given ${value}`, 'Give a whole number.');
  }
  return constant(Array<number>(count).fill(value), dtype, sizes);
}

/**
 * What a file's input is given, of its element type, with axes of size 1 where the file has them: [B,76,32] as [B,76,32,1].
 * Throws SENSORIUM_MANIFEST_INVALID where the axes do not fit.
 */
export function arranged(file: string, x: SymbolicTensor, input: Input): SymbolicTensor {
  const { dtype = x.dtype, shape = x.shape } = input;
  const [batch, ...given] = x.shape;
  const [, ...wanted] = shape;
  const rest = [...given];
  const sizes = wanted.map((size, axis) => {
    const isNeeded = rest.length === wanted.length - axis;
    return isNeeded || size !== 1 || rest[0] === 1 ? rest.shift() : 1;
  });
  if (shape.length === 0 || rest.length > 0 || sizes.includes(undefined)) {
    throw misfit(
      file,
      `its input ${describeInput(input)} does not take what it is given, ${x.dtype} ${formatShape(x.shape)}`,
      'A file takes [batch,…] as its modality has it, and further axes of size 1. Name another value in "inputs", or save the model with such an input.',
    );
  }
  return cast(reshape(x, [required(batch, 'the batch'), ...(sizes as Dimension[])]), dtype);
}
