import { fromBinary } from '@bufbuild/protobuf';
import type { Tensor, Tensors } from '@sensorium/contracts';
import { linear, matmul, mean, square, sub, sum } from '@sensorium/graph';
import { ModelProtoSchema, type NodeProto } from '@sensorium/graph/protobuf';
import {
  node,
  numbers,
  onnxFile,
  onnxGraph,
  relativeError,
  spreadTensor,
  testRandom,
  withSession,
} from '@sensorium/graph/testing';
import { importGraph, readOnnx } from '@sensorium/onnx';
import { makeTensor } from '@sensorium/tensors';
import { expect, it } from 'vitest';
import { adamw, schedule, sgd, trainingProgram, type TrainingProgram } from './index.js';
import { train } from './testing/train.js';

const floats = (shape: readonly number[], seed = 1): Tensor => spreadTensor('float32', shape, seed);
const x = floats([2, 3, 4]);
const declared = { dtype: 'float32', shape: [2, 3, 4] } as const;
const float = { dtype: 'float32' } as const;

const run = (program: TrainingProgram, feeds: Tensors) => withSession(program.model, (session) => session.run(feeds));

it('is trained from the weights of the file on', async () => {
  const rows = floats([2, 4]);
  const target = floats([2, 5], 9);
  const model = readOnnx(
    onnxFile({
      nodes: [node('Gemm', ['x', 'first/kernel:0', 'first/bias:0'], ['hidden']), node('Relu', ['hidden'], ['active'])],
      inputs: { x: { dtype: 'float32', shape: ['n', 4] } },
      initializers: { 'first/kernel:0': floats([4, 3], 2), 'first/bias:0': floats([3], 3) },
      outputs: { active: { dtype: 'float32', shape: ['n', 3] } },
    }),
  );
  const program = trainingProgram({
    batch: { x: rows, target },
    build(scope, batch) {
      const { active } = importGraph(scope.at('body'), model, { inputs: { x: batch['x']! } });
      return { loss: mean(square(sub(linear(scope.at('head'), active!, 5), batch['target']!))) };
    },
    optimizer: adamw(),
    learningRate: 0.05,
    steps: 10,
    schedule: schedule({ shape: 'constant', steps: 60, warmup: 0 }),
    clip: null,
  });
  const state = program.initialState(testRandom(1));
  expect(state['body/first/kernel/0']?.data).toEqual(floats([4, 3], 2).data);
  const repeated = ({ shape, data, dtype }: Tensor): Tensor => ({
    dtype,
    shape: [60, ...shape],
    data: Float32Array.from({ length: 60 * data.length }, (_, at) => Number(data[at % data.length])),
  });
  const results = await run(program, {
    ...state,
    steps: makeTensor('int64', [], [60]),
    x: repeated(rows),
    target: repeated(target),
  });
  const losses = numbers(results['loss']);
  expect(losses.at(-1)).toBeLessThan(0.2 * losses[0]!);
  expect(numbers(results['next/body/first/kernel/0'])).not.toEqual(numbers(state['body/first/kernel/0']));
});

it('operators that are kept run inside the loop of a training', async () => {
  const then_branch = onnxGraph({ nodes: [node('Mul', ['h', 'h'], ['m'])], outputs: { m: declared } });
  const else_branch = onnxGraph({ nodes: [node('Neg', ['h'], ['n'])], outputs: { n: declared } });
  const model = readOnnx(
    onnxFile({
      nodes: [
        node('ReduceSum', ['x'], ['total'], { keepdims: 0 }),
        node('Greater', ['total', 'zero'], ['positive']),
        node('Relu', ['x'], ['h']),
        node('If', ['positive'], ['y'], { then_branch, else_branch }),
      ],
      inputs: { x: declared },
      initializers: { zero: makeTensor('float32', [], [0]) },
      outputs: { y: declared },
    }),
  );
  const program = trainingProgram({
    batch: { x },
    build(scope, batch) {
      const { y } = importGraph(scope, model, { inputs: { x: batch['x']! } });
      const weight = scope.parameter('weight', [4, 1], () => Float32Array.of(1, 1, 1, 1));
      return { loss: sum(matmul(y!, weight)) };
    },
    optimizer: sgd({ momentum: 0 }),
    learningRate: 0,
    steps: 10,
    schedule: schedule({ shape: 'constant', steps: 2, warmup: 0 }),
    clip: null,
  });
  const values = [...(x.data as Float32Array)];
  const feeds = {
    ...program.initialState(testRandom(1)),
    steps: makeTensor('int64', [], [2]),
    x: makeTensor('float32', [2, 2, 3, 4], [...values.map(Math.abs), ...values.map((value) => value - 2)]),
  };
  const { loss } = await run(program, feeds);
  const squares = values.map((value) => value ** 2).reduce((a, b) => a + b, 0);
  expect(relativeError(numbers(loss), [squares, 0])).toBeLessThan(1e-5);
});

it('a training is written in the operator set of what is kept', async () => {
  const programOf = (...nodes: NodeProto[]) => {
    const file = onnxFile({
      nodes: [node('Cast', ['x'], ['n'], { to: 7 }), ...nodes, node('Cast', ['m'], ['y'], { to: 1 })],
      inputs: { x: declared },
      initializers: { one: makeTensor('int64', [], [1]) },
      outputs: { y: float },
      opset: 18,
    });
    return trainingProgram({
      batch: { x },
      build(scope, batch) {
        const { y } = importGraph(scope, readOnnx(file), { inputs: { x: batch['x']! } });
        const weight = scope.parameter('weight', [4, 1], () => Float32Array.of(1, -1, 2, 0.5));
        return { loss: mean(square(matmul(y!, weight))) };
      },
      optimizer: adamw(),
      learningRate: 0.1,
      steps: 10,
      schedule: schedule({ shape: 'constant', steps: 3, warmup: 0 }),
      clip: 0.5,
    });
  };
  const kept = programOf(node('BitwiseNot', ['n'], ['m']));
  const ours = programOf(node('Neg', ['n'], ['negative']), node('Sub', ['negative', 'one'], ['m']));
  const data = { x: floats([3, 2, 3, 4], 3) };
  const outcomes = [await train(kept, data, [3]), await train(ours, data, [3])];
  const versions = [kept, ours].map(({ model }) => Number(fromBinary(ModelProtoSchema, model).opsetImport[0]?.version));
  expect(versions).toEqual([18, 17]);
  const [keptState, ourState] = outcomes.map(({ state }) => state);
  for (const [name, tensor] of Object.entries(ourState!)) {
    expect(relativeError(numbers(keptState![name]), numbers(tensor)), name).toBeLessThan(1e-5);
  }
});
