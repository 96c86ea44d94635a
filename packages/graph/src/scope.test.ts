import { describe, expect, it } from 'vitest';
import * as g from './index.js';
import { evaluate, numbers } from './testing/evaluate.js';
import { makeTensor } from '@sensorium/tensors';

const linear = (scope: Parameters<typeof g.linear>[0], dim = 3) =>
  g.linear(scope.at('layer'), g.input('x', 'float32', ['batch', dim]), 2);

describe('a shared scope', () => {
  it('gives the tensors that are declared, and declares those that are not', () => {
    const scope = g.createScope();
    const weight = scope.at('layer').parameter('weight', [3, 2], g.zeros);
    linear(scope.shared());
    linear(scope.shared());
    expect(scope.parameters.map(({ name }) => name)).toEqual(['layer/weight', 'layer/bias']);
    expect(scope.shared().at('layer').parameter('weight', [3, 2], g.ones)).toBe(weight);
  });

  it('refuses another shape, as an own scope refuses the same name', () => {
    const scope = g.createScope();
    linear(scope);
    expect(() => linear(scope.shared(), 4)).toThrow(
      expect.objectContaining({
        code: 'SENSORIUM_SHAPE',
        message: 'the parameter "layer/weight" is [3,2], and asked for again as [4,2]',
      }),
    );
    expect(() => linear(scope)).toThrow(expect.objectContaining({ code: 'SENSORIUM_DUPLICATE_NAME' }));
  });

  it('has twice the gradient of both uses together', async () => {
    const scope = g.createScope();
    const x = g.input('x', 'float32', [1, 1]);
    const left = g.linear(scope.at('tower'), x, 1);
    const right = g.linear(scope.shared().at('tower'), g.mul(x, 10), 1);
    const [slope] = g.gradients(g.sum(g.add(left, right)), [scope.parameters[0]!.symbol]);
    const weights = { 'tower/weight': makeTensor('float32', [1, 1], [1]) };
    const { dw } = await evaluate({ dw: slope! }, { x: makeTensor('float32', [1, 1], [3]) }, weights);
    expect(numbers(dw)).toEqual([33]);
  });
});

it('a follower wants what it follows to be declared, in its shape', () => {
  const scope = g.createScope();
  expect(() => linear(scope.follower(0.9))).toThrow(expect.objectContaining({ code: 'SENSORIUM_BAD_PLUGIN' }));
  linear(scope);
  expect(() => linear(scope.follower(0.9), 4)).toThrow(expect.objectContaining({ code: 'SENSORIUM_SHAPE' }));
});

describe('random values', () => {
  it('are inputs, called like their scope', () => {
    const scope = g.createScope();
    const picture = scope.at('heads', 'picture');
    picture.random(['batch', 4], 'normal');
    picture.random([2]);
    scope.at('heads').random([1]);
    scope.random([]);
    expect(scope.noises.map(({ name, kind, shape }) => [name, kind, shape])).toEqual([
      ['heads/picture.noise', 'normal', ['batch', 4]],
      ['heads/picture.noise2', 'uniform', [2]],
      ['heads.noise', 'uniform', [1]],
      ['noise', 'uniform', []],
    ]);
    expect([...g.inputsOf(scope.noises.map(({ symbol }) => symbol))]).toEqual(scope.noises.map(({ name }) => name));
  });

  it('come from what is given for them', () => {
    const asked: unknown[] = [];
    const value = g.input('seeded', 'float32', [2]);
    const scope = g.createScope({
      random(request) {
        asked.push(request);
        return value;
      },
    });
    expect(scope.at('a').random([2], 'normal')).toBe(value);
    expect([asked, scope.noises]).toEqual([[{ path: 'a', shape: [2], kind: 'normal' }], []]);
  });
});

describe('progress', () => {
  it('is 1 in a finished model, and what is given elsewhere, everywhere below', async () => {
    const { one } = await evaluate({ one: g.createScope().at('a').progress });
    expect(numbers(one)).toEqual([1]);
    const progress = g.input('progress', 'float32', []);
    expect(g.createScope({ progress }).at('a').shared().follower(0.5).progress).toBe(progress);
  });
});

describe('the losses of parts', () => {
  const scalar = (name: string) => g.input(name, 'float32', []);

  it('are collected by name, once for shared weights and never for a teacher', () => {
    const scope = g.createScope();
    const [first, again, teacher, other] = ['first', 'again', 'teacher', 'other'].map(scalar);
    scope.at('fusion').loss('balance', first!);
    scope.shared().at('fusion').loss('balance', again!);
    scope.follower(0.9).at('fusion').loss('balance', teacher!);
    scope.follower(0.9).at('fusion').loss('commitment', teacher!);
    scope.shared().at('head').loss('entropy', other!);
    expect(scope.losses).toEqual({ 'fusion/balance': first, 'head/entropy': other });
  });

  it('have names of their own, and are scalars', () => {
    const scope = g.createScope();
    scope.loss('balance', scalar('a'));
    expect(() => scope.loss('balance', scalar('b'))).toThrow(
      expect.objectContaining({ code: 'SENSORIUM_DUPLICATE_NAME', message: 'two losses are called "balance"' }),
    );
    expect(() => scope.loss('rows', g.input('rows', 'float32', ['batch']))).toThrow(
      expect.objectContaining({
        code: 'SENSORIUM_SHAPE',
        message: 'the loss "rows" is float32 [batch], and has to be a float32 scalar',
      }),
    );
  });
});

describe('a model that is larger than any', () => {
  const tooLarge = expect.objectContaining({
    code: 'SENSORIUM_OUT_OF_MEMORY',
    hint: expect.stringMatching(/fewer layers/),
  });

  it('is refused where a tensor has more numbers than a file holds, before any is made', () => {
    const scope = g.createScope();
    scope.parameter('most', [2 ** 14, 2 ** 15], g.zeros);
    expect(() => scope.parameter('table', [10, 1e9], g.zeros)).toThrow(tooLarge);
  });

  it('is refused where it has thousands of layers', () => {
    const scope = g.createScope();
    const build = (): void => {
      for (let layer = 0; ; layer++) scope.parameter(`layer${layer}`, [1], g.zeros);
    };
    expect(build).toThrow(tooLarge);
    expect(scope.parameters).toHaveLength(20_000);
  });
});
