import type { Tensors } from '@sensorium/contracts';
import { testRandom } from '@sensorium/graph/testing';
import { createScope, gradients } from '@sensorium/graph';
import { expectAllClose, runGraph } from '@sensorium/testkit';
import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { embedding } from './index.js';
import { feed, identities, modelOf, type Sample } from './testing/model.js';

type Given = z.input<typeof embedding.options>;
type Inputs = Readonly<Record<string, readonly Sample[]>>;

const words = ['en'];
const feedAll = (inputs: Inputs): Tensors =>
  Object.fromEntries(Object.entries(inputs).flatMap(([name, all]) => Object.entries(feed(name, all))));

function build(of: readonly string[], given: Given = {}) {
  const scope = createScope();
  const head = embedding.create(embedding.options.parse({ dim: 2, ...given }), new Map(), of);
  return { scope, loss: head.loss!(scope, modelOf(of, words), {}) };
}

async function lossOf(inputs: Inputs, weights: Readonly<Record<string, number>>, given?: Given): Promise<number> {
  const of = Object.keys(inputs);
  const { loss } = await runGraph({ loss: build(of, given).loss }, feedAll(inputs), identities(of, weights));
  return Number(loss!.data[0]);
}

const unit = ([x, y]: readonly [number, number]): [number, number] => [x / Math.hypot(x, y), y / Math.hypot(x, y)];
const cosine = (a: Sample, b: Sample): number => {
  const [[ax, ay], [bx, by]] = [unit(a.pooled!), unit(b.pooled!)];
  return ax * bx + ay * by;
};
const softplus = (x: number): number => Math.log(1 + Math.exp(x));
const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b) / values.length;

const image: Sample[] = [{ pooled: [1, 0.5] }, { pooled: [-1, 2] }, { pooled: [0.3, -1] }, { pooled: [2, 2] }];
const en: Sample[] = [
  { pooled: [2, 0], ids: [1, 2, 0] },
  { pooled: [0, 1], ids: [2, 1, 0] },
  { pooled: [-1, -1], ids: [1, 2, 3] },
  { pooled: [1, 3], ids: [4, 0, 0] },
];

/** −½ Σ_i [ln p_i(b_i | a_i) + ln p_i(a_i | b_i)] over the samples that count; `isSeen`: which others they are told from. */
function infoNce(a: readonly Sample[], b: readonly Sample[], scale: number, isSeen = (_i: number, _j: number) => true) {
  const all = a.map((_, index) => index);
  const there = all.filter((index) => a[index]!.pooled && b[index]!.pooled);
  const score = (i: number, j: number) => scale * cosine(a[i]!, b[j]!);
  const others = (i: number, j: number) => i === j || (a[i]!.pooled && b[j]!.pooled && isSeen(i, j));
  const total = (scores: readonly number[]) => Math.log(scores.reduce((sum, one) => sum + Math.exp(one), 0));
  return there.map((i) => {
    const row = all.filter((j) => others(i, j)).map((j) => score(i, j));
    const column = all.filter((j) => others(j, i)).map((j) => score(j, i));
    return (total(row) + total(column)) / 2 - score(i, i);
  });
}

describe('softmax', () => {
  it('is InfoNCE in both directions', async () => {
    const loss = await lossOf({ image, en }, { temperature: Math.log(5) });
    expectAllClose([loss], [mean(infoNce(image, en, 5))]);
  });

  it('neither asks for a missing input nor tells others from it', async () => {
    const someImages = image.with(1, { pooled: null });
    const someTexts = en.with(3, { pooled: null });
    const loss = await lossOf({ image: someImages, en: someTexts }, { temperature: Math.log(5) });
    // Samples 0 and 2 have both; picture 3 and text 1 are what they are told from.
    expect(infoNce(someImages, someTexts, 5)).toHaveLength(2);
    expectAllClose([loss], [mean(infoNce(someImages, someTexts, 5))]);
  });

  it('does not tell a sample from one with the same text, whatever stands in its padding', async () => {
    const twice = en.with(1, { pooled: [0, 1], ids: [1, 2, 0] });
    const loss = await lossOf({ image, en: twice }, { temperature: Math.log(5) });
    expectAllClose([loss], [mean(infoNce(image, twice, 5, (i, j) => i + j !== 1))]);
  });

  it('compares every two of three inputs', async () => {
    const sound: Sample[] = [{ pooled: [0, -1] }, { pooled: null }, { pooled: [1, 1] }, { pooled: [1, -3] }];
    const loss = await lossOf({ image, en, sound }, { temperature: 0 });
    const all = [infoNce(image, en, 1), infoNce(image, sound, 1), infoNce(en, sound, 1)];
    expectAllClose([loss], [mean(all.flat())]);
  });

  it('is 0 where no sample has both', async () => {
    expect(
      await lossOf({ image: [image[0]!, { pooled: null }], en: [{ pooled: null }, en[1]!] }, { temperature: 0 }),
    ).toBe(0);
  });

  it('scales by at most 100', async () => {
    const [most, more] = [Math.log(100), Math.log(1000)];
    const wrong = { image, en: image.toReversed() };
    expect(await lossOf(wrong, { temperature: more })).toBe(await lossOf(wrong, { temperature: most }));
  });
});

describe('sigmoid', () => {
  it('judges each pair for itself', async () => {
    const loss = await lossOf({ image, en }, { temperature: Math.log(5), bias: -2 }, { loss: 'sigmoid' });
    const score = (i: number, j: number) => 5 * cosine(image[i]!, en[j]!) - 2;
    const sums = image.map((_, i) =>
      en.reduce((sum, _text, j) => sum + softplus(i === j ? -score(i, j) : score(i, j)), 0),
    );
    expectAllClose([loss], [mean(sums)]);
  });

  it('leaves out what is missing and what is the same', async () => {
    const someImages = image.with(3, { pooled: null });
    const twice = en.with(1, { pooled: [0, 1], ids: [1, 2, 0] });
    const weights = { temperature: 0, bias: 0.5 };
    const loss = await lossOf({ image: someImages, en: twice }, weights, { loss: 'sigmoid' });
    const score = (i: number, j: number) => cosine(image[i]!, twice[j]!) + 0.5;
    const right = [0, 1, 2].map((i) => softplus(-score(i, i)));
    const wrong = [
      [0, 2],
      [0, 3],
      [1, 2],
      [1, 3],
      [2, 0],
      [2, 1],
      [2, 3],
    ].map(([i, j]) => softplus(score(i!, j!)));
    expectAllClose([loss], [[...right, ...wrong].reduce((a, b) => a + b) / 3]);
  });
});

describe('the parameters of the loss', () => {
  const noRandom = testRandom(1);
  const firstValues = (given: Given) =>
    Object.fromEntries(
      build(['image', 'en'], given)
        .scope.parameters.filter(({ name }) => !name.includes('/'))
        .map(({ name, shape, initialize, decay }) => [name, { value: initialize(shape, noRandom)[0], decay }]),
    );

  it('start as published, and do not decay', () => {
    const start = (value: number) => ({ value: Math.fround(Math.log(value)), decay: false });
    expect(firstValues({})).toEqual({ temperature: start(1 / 0.07) });
    expect(firstValues({ loss: 'sigmoid' })).toEqual({ temperature: start(10), bias: start(1 / 63) });
  });

  it.each<Given>([{}, { loss: 'sigmoid' }, { hidden: 3 }])(
    'have the gradient of finite differences with %j',
    async (given) => {
      const { scope, loss } = build(['image', 'en'], given);
      const inputs = feedAll({ image: image.with(1, { pooled: null }), en });
      const weights = Object.fromEntries(
        scope.parameters.map(({ name, shape }, index) => {
          const length = shape.reduce((a, b) => a * b, 1);
          const data = Float32Array.from({ length }, (_, at) => Math.sin(1 + index + 2.5 * at));
          return [name, { dtype: 'float32' as const, shape, data }];
        }),
      );
      const symbols = scope.parameters.map(({ symbol }) => symbol);
      const slopes = gradients(loss, symbols);
      const named = Object.fromEntries(scope.parameters.map(({ name }, index) => [`slope of ${name}`, slopes[index]!]));
      const found = await runGraph(named, inputs, weights);
      for (const { name, shape } of scope.parameters) {
        const { data } = weights[name]!;
        const at = async (index: number, value: number): Promise<number> => {
          const moved = { dtype: 'float32' as const, shape, data: data.with(index, value) };
          const { result } = await runGraph({ result: loss }, inputs, { ...weights, [name]: moved });
          return Number(result!.data[0]);
        };
        const expected: number[] = [];
        for (const [index, value] of data.entries()) {
          expected.push(((await at(index, value + 0.01)) - (await at(index, value - 0.01))) / 0.02);
        }
        expectAllClose(found[`slope of ${name}`]!.data, expected, { relative: 0.01, absolute: 2e-3 });
      }
    },
  );
});
