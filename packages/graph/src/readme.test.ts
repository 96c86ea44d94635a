import type { Scope, SymbolicTensor } from '@sensorium/contracts';
import { makeTensor } from '@sensorium/tensors';
import { expect, it } from 'vitest';
import * as graph from './index.js';
import { evaluate, numbers, withSession } from './testing/evaluate.js';
import { range, reader, size, spreadTensor, total } from './testing/numbers.js';
import { examplesOf, runExample } from './testing/readme.js';

const [writing, saying, defining] = examplesOf(new URL('../README.md', import.meta.url));

it('the first example writes a model and its gradient', async () => {
  const file = runExample(writing!, 'file', graph) as Uint8Array;
  const filled = (shape: readonly number[]) => makeTensor('float32', shape, new Array<number>(size(shape)).fill(0.5));
  const weights = {
    'hidden/weight': filled([2, 16]),
    'hidden/bias': filled([16]),
    'output/weight': filled([16, 1]),
    'output/bias': filled([1]),
  };
  const { y, slope } = await withSession(file, (session) =>
    session.run({ x: makeTensor('float32', [1, 2], [1, 2]), ...weights }),
  );
  // Of 16 equal hidden units, each 0.5 · (1 + 2 + 1) = 2: y = 16.5, and d y² / dx = 2 y · 16 · 0.5 · 0.5.
  expect(numbers(y)).toEqual([16.5]);
  expect(numbers(slope)).toEqual([132, 132]);
});

it('the example of an operator defines one', async () => {
  const softsign = runExample(defining!, 'softsign', graph) as (x: graph.Operand) => SymbolicTensor;
  const x = graph.input('x', 'float32', [2]);
  const y = softsign(x);
  const [dx] = graph.gradients(graph.sum(y), [x]);
  const result = await evaluate({ y, dx: dx! }, { x: makeTensor('float32', [2], [1, -3]) });
  expect(numbers(result['y'])).toEqual([0.5, -0.75]);
  expect(numbers(result['dx'])).toEqual([0.25, 0.0625]);
});

it('the example of a loop says what a loop in JavaScript says, for any batch, and ends with the longest sentence', async () => {
  type Say = (scope: Scope, memory: SymbolicTensor) => SymbolicTensor;
  const say = runExample(saying!, 'say', graph) as Say;
  const dim = 8;
  const scope = graph.createScope();
  const words = say(scope, graph.input('memory', 'float32', ['batch', dim]));
  expect(words.shape).toEqual(['batch', 'length']);
  const weights = Object.fromEntries(
    scope.parameters.map(({ name, shape }, seed) => [name, spreadTensor('float32', shape, seed, -1.5, 1.5)]),
  );
  const model = graph.toOnnx({ outputs: { words }, weights });
  const at = (name: string) => reader(weights[name]!);
  const layer = (name: string, x: readonly number[], columns: number): number[] =>
    range(columns).map(
      (j) => total(x.map((value, i) => value * at(`${name}/weight`)([i, j]))) + at(`${name}/bias`)([j]),
    );
  const sentence = (memory: number[]): number[] => {
    let [word, state] = [0, memory];
    const said: number[] = [];
    while (word !== 1 && said.length < 20) {
      const embedded = range(dim).map((j) => at('words/table')([word, j]));
      const [read, kept] = [layer('word', embedded, dim), layer('state', state, dim)];
      state = read.map((value, j) => Math.tanh(value + kept[j]!));
      const logits = layer('logits', state, 10);
      word = logits.indexOf(Math.max(...logits));
      said.push(word);
    }
    return said;
  };
  await withSession(model, async (session) => {
    for (const [batch, length] of [
      [1, 7],
      [4, 15],
      [5, 20],
    ] as const) {
      const memory = spreadTensor('float32', [batch, dim], 11);
      const { words: found } = await session.run({ memory });
      const expected = range(batch).map((row) => sentence(numbers(memory).slice(row * dim, (row + 1) * dim)));
      expect(Math.max(...expected.map((said) => said.length))).toBe(length);
      expect(found?.shape).toEqual([batch, length]);
      expect(numbers(found)).toEqual(
        expected.flatMap((said) => [...said, ...range(length - said.length).map(() => 1)]),
      );
    }
  });
});
