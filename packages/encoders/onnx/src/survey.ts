import { required, type Scope, type Survey, type SymbolicTensor, type Warning } from '@sensorium/contracts';
import { createRandom } from '@sensorium/data';
import { createScope, input } from '@sensorium/graph';
import { nodesInOrder, valueOf, type Node, type Value } from '@sensorium/graph/transform';
import type { OnnxModel } from '@sensorium/onnx';
import type { Flow } from './flow.js';
import type { OnNote } from './import-stage.js';
import type { Front } from './kind.js';
import type { Decoded } from './kinds/index.js';
import { type OnnxOptions, stagesOf } from './options.js';

/** Operators that arrange numbers and leave each as it is. */
const ARRANGING = new Set([
  'Reshape',
  'Squeeze',
  'Unsqueeze',
  'Transpose',
  'Identity',
  'Cast',
  'Resize',
  'Pad',
  'Slice',
]);
const ARITHMETIC = new Set(['Add', 'Sub', 'Mul', 'Div']);
/** They make probabilities of features. */
const PROBABILITIES = new Set(['Softmax', 'LogSoftmax']);

/** Who divides pixels by more, or subtracts more, takes them as 0…255. */
const OF_BYTES = 16;

/** Values of the file that are named as what may be meant. */
const MOST_NAMED = 4;

/** What a survey looks into. */
export interface Surveyed {
  readonly models: readonly OnnxModel[];
  readonly front: Front<Decoded>;
  readonly options: OnnxOptions;
  /** What the files make of what is fed. */
  readonly through: Through;
}

/** What all files, one after the other, make of what the first is given. */
export type Through = (scope: Scope, flow: Flow, onNote?: OnNote) => Flow;

/**
 * Looks into the files: whether their output are features and of the shape that they say, and whether pixels come in the scale
 * that is expected.
 */
export function surveyFiles({ models, front, options, through }: Surveyed): Survey {
  const x = Object.fromEntries(
    Object.entries(front.kept).map(([name, { dtype, shape }]) => [name, input(name, dtype, ['batch', ...shape])]),
  );
  const notes: string[] = [];
  const given = front.flow(x);
  const { features } = through(createScope(), given, (note) => notes.push(note)).values as { features: SymbolicTensor };
  const output = valueOf(features);
  const last = required(stagesOf(options).at(-1), 'a file');
  return {
    facts: front.picture ? [`seen as ${front.picture.size.toReversed().join('×')} pixels`] : [],
    warnings: [
      ...probabilities(output, required(models.at(-1), 'a file'), required(last.output, 'the output')),
      ...(front.picture ? pixelScale(output, Object.values(given.values).map(valueOf), options) : []),
      ...notes.map(otherThanSaid),
    ],
  };
}

const otherThanSaid = (message: string): Warning => ({
  code: 'file-contradicts-itself',
  message,
  hint: 'What it computes counts. Look whether it is the file that you mean, and whole.',
});

function probabilities(output: Value, { values }: OnnxModel, name: string): Warning[] {
  const node = makerOf(output);
  if (!node || !PROBABILITIES.has(node.definition.type)) return [];
  const at = values.indexOf(name);
  const before = values.slice(Math.max(0, at - MOST_NAMED), at);
  return [
    {
      code: 'probabilities-as-features',
      message: `"${name}" is a softmax over the classes that the file was trained for: hardly any of what it saw is left in it`,
      hint: `Name a tensor before its last layer in "output". Those before it: ${before.join(', ')}.`,
    },
  ];
}

/** The node that made a value, through those that arrange it; undefined for an input. */
function makerOf({ source }: Value): Node | undefined {
  if (source.kind !== 'node') return undefined;
  const [first] = source.node.inputs;
  return first && ARRANGING.has(source.node.definition.type) ? makerOf(first) : source.node;
}

function pixelScale(output: Value, pictures: readonly Value[], { scale, mean, std, layout }: OnnxOptions): Warning[] {
  const sizes = firstArithmetic(output, pictures);
  if (sizes === undefined) {
    if (scale !== undefined || String([mean].flat()) !== '0' || String([std].flat()) !== '1') return [];
    const usual =
      layout === 'NHWC'
        ? 'Files from TensorFlow and Keras want −1…1 as a rule: scale: 255, mean: 127.5, std: 127.5'
        : 'Files from torchvision want mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] as a rule';
    return [
      {
        code: 'pixel-scale-unsaid',
        message: 'nothing says in which scale the file takes pixels, so it is fed 0…1',
        hint: `${usual}; look where it was published, and if 0…1 is right write scale: 1.`,
      },
    ];
  }
  const wantsBytes = sizes.some((size) => size >= OF_BYTES);
  const top = scale ?? 1;
  if (wantsBytes === top >= OF_BYTES) return [];
  return [
    {
      code: 'pixel-scale',
      message: `the file's first layers take pixels as ${wantsBytes ? '0…255' : '0…1'}, and it is fed 0…${top}`,
      hint: wantsBytes ? 'Write scale: 255, and leave mean and std out.' : 'Leave scale, mean and std out.',
    },
  ];
}

/**
 * By how much the file itself shifts and divides the pixels before anything else is done with them; undefined where it does
 * not.
 */
function firstArithmetic(output: Value, pictures: readonly Value[]): number[] | undefined {
  const pixels = new Set(pictures);
  const sizes: number[] = [];
  for (const { definition, inputs, outputs } of nodesInOrder([output])) {
    const given = inputs.filter((value) => value !== null);
    if (!given.some((value) => pixels.has(value))) continue;
    const isArithmetic = ARITHMETIC.has(definition.type);
    if (!isArithmetic && !ARRANGING.has(definition.type)) continue;
    outputs.forEach((value) => pixels.add(value));
    const numbers = given.filter((value) => !pixels.has(value)).flatMap(numbersOf);
    if (!isArithmetic) continue;
    sizes.push(...numbers.map((one) => (definition.type === 'Mul' ? 1 / Math.abs(one) : Math.abs(one))));
  }
  return sizes.length > 0 ? sizes : undefined;
}

/** Of a constant or a weight. */
function numbersOf({ source, shape }: Value): number[] {
  if (source.kind === 'constant') return Array.from<number | bigint, number>(source.tensor.data, Number);
  if (source.kind !== 'parameter') return [];
  return Array.from(source.initialize(shape.map(Number), createRandom(0)));
}
