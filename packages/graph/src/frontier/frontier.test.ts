import type { SymbolicTensor } from '@sensorium/contracts';
import { describe, expect, it } from 'vitest';
import * as g from '../index.js';
import { evaluate, numbers } from '../testing/evaluate.js';
import { relativeError, spreadTensor } from '../testing/numbers.js';
import { testRandom } from '../testing/random.js';

/** Two inputs with two layers each, joined; noise only where training asks for it. */
function build(scope: ReturnType<typeof g.createScope>) {
  const [a, b] = [g.input('a', 'float32', [2, 3]), g.input('b', 'float32', [2, 4])];
  const first = g.relu(g.linear(scope.at('first'), a, 5));
  const second = g.dropout(scope, g.linear(scope.at('second'), b, 5), 0.5);
  const joined = g.linear(scope.at('joined'), g.concat([first, g.tanh(second)]), 2);
  return { a, b, output: g.linear(scope.at('last'), joined, 1) };
}

const frontierOf = (output: SymbolicTensor, trained: string[], unsteady: string[] = []) => {
  const found = g.frozenFrontier([output], {
    isTrained: (name) => trained.some((prefix) => name.startsWith(prefix)),
    isSteady: (x) => !unsteady.some((name) => g.inputsOf([x]).has(name)),
  });
  return found.map(({ value, inputs }) => [value.shape.join('×'), inputs.flatMap((x) => [...g.inputsOf([x])]).join()]);
};

describe('the frozen frontier', () => {
  const { output } = build(g.createScope());

  it('is the last that frozen parameters make of inputs', () => {
    expect(frontierOf(output, ['last'])).toEqual([['2×2', 'a,b']]);
    expect(frontierOf(output, ['joined'])).toEqual([['2×10', 'a,b']]);
    expect(frontierOf(output, ['second'])).toEqual([['2×5', 'a']]);
    expect(frontierOf(output, ['first', 'second'])).toEqual([]);
  });

  it('is the output itself where nothing is trained', () => {
    expect(frontierOf(output, [])).toEqual([['2×1', 'a,b']]);
  });

  it('ends where an input varies', () => {
    expect(frontierOf(output, ['last'], ['b'])).toEqual([['2×5', 'a']]);
  });
});

it('the frozen frontier is further in front where a value cannot be kept', () => {
  const scope = g.createScope();
  const tokens = g.tanh(g.linear(scope.at('first'), g.input('a', 'float32', [2, 3, 4]), 5));
  // A linear layer takes all tokens of all samples as rows.
  const last = g.linear(scope.at('last'), tokens, 6);
  const isTrained = (name: string): boolean => name.startsWith('last');
  const found = (canKeep?: (value: SymbolicTensor) => boolean): string[] =>
    g
      .frozenFrontier([last], { isTrained, isSteady: () => true, ...(canKeep && { canKeep }) })
      .map(({ value }) => value.shape.join('×'));
  expect(found()).toEqual(['6×5']);
  expect(found(({ shape }) => shape[0] === 2)).toEqual(['2×3×5']);
  expect(found(() => false)).toEqual([]);
});

describe('the frozen frontier beside shared values', () => {
  const graph = (scope = g.createScope()) => {
    const encoded = g.relu(g.linear(scope.at('first'), g.input('a', 'float32', [2, 3]), 4));
    return { scope, encoded };
  };
  const namesOf = (output: SymbolicTensor, shared: SymbolicTensor[]): string[] =>
    g
      .frozenFrontier([output], { isTrained: (name) => name.startsWith('last'), isSteady: () => true, shared })
      .map(({ value }) => (shared.includes(value) ? 'shared' : value.shape.join('×')));

  it('is these, where what follows adds no weights', () => {
    const { scope, encoded } = graph();
    const last = g.linear(scope.at('last'), g.standardize(encoded), 6);
    expect(namesOf(last, [])).toEqual(['2×4']);
    expect(namesOf(last, [encoded])).toEqual(['shared']);
  });

  it('is behind them, where frozen weights follow', () => {
    const { scope, encoded } = graph();
    const last = g.linear(scope.at('last'), g.tanh(g.linear(scope.at('second'), encoded, 4)), 6);
    expect(namesOf(last, [encoded])).toEqual(['2×4']);
  });

  it('is behind them, where what is made of them is smaller', () => {
    const { scope, encoded } = graph();
    const last = g.linear(scope.at('last'), g.mean(encoded, [1], { keep: true }), 6);
    expect(namesOf(last, [encoded])).toEqual(['2×1']);
  });
});

describe('the same values', () => {
  it('are found in a graph that was built again', () => {
    const [one, other] = [build(g.createScope()), build(g.createScope())];
    expect(g.sameValues([one.output, one.a], [other.output])).toEqual([other.output, other.a]);
  });

  it('are not those after noise', () => {
    const noisy = build(g.createScope({ mode: 'training' }));
    const quiet = build(g.createScope());
    expect(g.sameValues([noisy.output], [quiet.output])).toEqual([undefined]);
  });
});

it('a graph can be cut at its frontier', async () => {
  const scope = g.createScope();
  const { output } = build(scope);
  const weights = Object.fromEntries(
    scope.parameters.map(({ name, shape, initialize }) => [
      name,
      { dtype: 'float32' as const, shape, data: initialize(shape, testRandom(1).fork(name)) },
    ]),
  );
  const frontier = g.frozenFrontier([output], { isTrained: (name) => name.startsWith('joined'), isSteady: () => true });
  const kept = g.input('kept', 'float32', [2, 10]);
  const [after] = g.replaceValues([output], [frontier[0]!.value], [kept]);
  expect([...g.inputsOf([after!])]).toEqual(['kept']);
  const feeds = { a: spreadTensor('float32', [2, 3], 1), b: spreadTensor('float32', [2, 4], 2) };
  const whole = await evaluate({ output, front: frontier[0]!.value }, feeds, weights);
  const rest = await evaluate({ output: after! }, { kept: whole['front']! }, weights);
  expect(relativeError(numbers(rest['output']), numbers(whole['output']))).toBeLessThan(1e-6);
});
