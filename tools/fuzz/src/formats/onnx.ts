import { create } from '@bufbuild/protobuf';
import { createScope, input, linear, mean, square, sub, toOnnx, transformerBlock } from '@sensorium/graph';
import { FunctionProtoSchema, OperatorSetIdProtoSchema } from '@sensorium/graph/protobuf';
import { initialWeights, node, onnxFile, operatorCases, operatorTrial, tensorProto } from '@sensorium/graph/testing';
import { makeTensor } from '@sensorium/tensors';
import { adamw, schedule, trainingProgram } from '@sensorium/training';
import { required } from '@sensorium/contracts';
import { byteMutations } from '../mutate/bytes.js';
import { onnxMutation } from '../mutate/protobuf.js';
import type { Format, Seed } from './format.js';

const seed = (name: string, bytes: Uint8Array): Seed => ({ name, ending: '.onnx', bytes });

async function seeds(): Promise<Seed[]> {
  const operators = Object.entries(operatorCases).map(([name, cases]) =>
    seed(name, operatorTrial(cases.slice(0, 2), { single: true }).model),
  );
  return [
    ...operators,
    seed('transformer', transformer()),
    seed('training', training()),
    seed('functions', functions(2)),
  ];
}

function transformer(): Uint8Array {
  const scope = createScope();
  const output = transformerBlock(scope, input('x', 'float32', ['batch', 5, 8]), { heads: 2 });
  return toOnnx({ outputs: { output }, weights: initialWeights(scope) });
}

function training(): Uint8Array {
  return trainingProgram({
    batch: { x: { dtype: 'float32', shape: [4, 3] }, y: { dtype: 'float32', shape: [4, 2] } },
    build: (scope, { x, y }) => ({ loss: mean(square(sub(linear(scope, required(x, 'x'), 2), required(y, 'y')))) }),
    optimizer: adamw(),
    learningRate: 0.01,
    steps: 10,
    schedule: schedule({ shape: 'cosine', steps: 10, warmup: 1 }),
    clip: 1,
  }).model;
}

const value = { dtype: 'float32' } as const;
const x = { x: { dtype: 'float32', shape: ['batch', 3] } } as const;
const opsetImport = [create(OperatorSetIdProtoSchema, { version: 17n })];

/** Functions of which each calls the one before it twice. */
function functions(count: number): Uint8Array {
  const bodies = Array.from({ length: count }, (_, index) => {
    const [inner, domain] = index === 0 ? ['Relu', ''] : [`f${index - 1}`, 'own'];
    const nodes = [node(inner, ['a'], ['b'], { domain }), node(inner, ['b'], ['c'], { domain })];
    return create(FunctionProtoSchema, {
      name: `f${index}`,
      domain: 'own',
      input: ['a'],
      output: ['c'],
      node: nodes,
      opsetImport,
    });
  });
  const call = node(`f${count - 1}`, ['x'], ['y'], { domain: 'own' });
  return onnxFile({ nodes: [call], inputs: x, outputs: { y: value }, functions: bodies, opsets: { own: 1 } });
}

const longs = (...values: number[]) => makeTensor('int64', [values.length], values);
const huge = longs(2 ** 20, 2 ** 20);

/** One node that is asked for something. */
const asking = (
  name: string,
  type: string,
  stored: Readonly<Record<string, ReturnType<typeof longs>>>,
  inputs: string[],
): Seed =>
  seed(name, onnxFile({ nodes: [node(type, inputs, ['y'])], inputs: x, initializers: stored, outputs: { y: value } }));

async function hostile(): Promise<Seed[]> {
  const sizes = tensorProto(makeTensor('float32', [1], [1]));
  const claiming = { ...sizes, dims: [2n ** 40n] };
  const overflowing = { ...sizes, dims: [2n ** 32n, 2n ** 32n] };
  const negative = { ...sizes, dims: [-1n, -1n] };
  const adding = (w: typeof sizes): Uint8Array =>
    onnxFile({ nodes: [node('Add', ['x', 'w'], ['y'])], inputs: x, initializers: { w }, outputs: { y: value } });
  const chain = Array.from({ length: 20_000 }, (_, index) =>
    node('Relu', [index === 0 ? 'x' : `v${index - 1}`], [`v${index}`]),
  );
  return [
    seed('functions that double', functions(40)),
    asking('a constant of 2^40 elements', 'ConstantOfShape', { s: huge }, ['s']),
    asking('expanded to 2^40 elements', 'Expand', { w: longs(1), s: huge }, ['w', 's']),
    asking('repeated 2^40 times', 'Tile', { w: longs(1), s: longs(2 ** 40) }, ['w', 's']),
    asking(
      'a range of 2^40',
      'Range',
      { a: makeTensor('int64', [], [0]), b: makeTensor('int64', [], [2 ** 40]), c: makeTensor('int64', [], [1]) },
      ['a', 'b', 'c'],
    ),
    asking('padded by 2^40', 'Pad', { p: longs(0, 0, 2 ** 20, 2 ** 20) }, ['x', 'p']),
    seed('more elements than bytes', adding(claiming)),
    seed('sizes that overflow', adding(overflowing)),
    seed('sizes below zero', adding(negative)),
    seed('20,000 nodes', onnxFile({ nodes: chain, inputs: x, outputs: { v19999: value } })),
    seed(
      'a circle',
      onnxFile({
        nodes: [node('Add', ['x', 'b'], ['a']), node('Relu', ['a'], ['b'])],
        inputs: x,
        outputs: { b: value },
      }),
    ),
    seed(
      'inherited names',
      onnxFile({
        nodes: [
          node('constructor', ['x'], ['__proto__']),
          node('toString', ['__proto__'], ['valueOf'], { domain: 'constructor' }),
        ],
        inputs: x,
        outputs: { valueOf: value },
        opsets: { constructor: 1 },
      }),
    ),
    seed(
      'an operator set of the future',
      onnxFile({ nodes: [node('Relu', ['x'], ['y'])], inputs: x, outputs: { y: value }, opset: 2 ** 31 - 1 }),
    ),
    seed('nothing', new Uint8Array()),
  ];
}

export const onnx: Format = {
  share: 25,
  seeds,
  hostile,
  structured: [onnxMutation],
  others: byteMutations,
};
