import {
  affine,
  conformsAsFusion,
  conformsToReadme,
  expectAllClose,
  featureInputs,
  fuse,
  gelu,
  pooledSamples,
  standardized,
} from '@sensorium/testkit';
import { createScope, zeros } from '@sensorium/graph';
import { describe, expect, it } from 'vitest';
import { gated } from './index.js';

conformsAsFusion(gated, { options: [{}, { dim: 7, hidden: 5, dropout: 0.5 }] });
conformsToReadme(gated, new URL('../README.md', import.meta.url), (name) => import(name) as Promise<object>);

const [image, text, sound] = [
  [0.5, -1, 2],
  [1, -2, 0, 3],
  [3, 1],
];

const DIM = 4;

describe('gated', () => {
  const { weights, run } = fuse(gated, { dim: DIM, hidden: 5 }, { image: [3, 3], text: [1, 4], sound: [2, 2] });
  const plain = (name: string, x: readonly number[]): number[] => affine(weights, `${name}/project`, standardized(x));
  const nothing = new Array<number>(DIM).fill(0);
  const hear = (name: string, own: readonly number[], others: readonly (readonly number[])[]): number[] => {
    const heard = affine(weights, `${name}/others`, others.flat());
    return own.map((value, at) => value + Math.tanh(Number(weights[`${name}/gate`]!.data[at])) * heard[at]!);
  };
  const mlp = (x: readonly number[]): number[] =>
    standardized(affine(weights, 'contract', affine(weights, 'expand', x).map(gelu)));

  it('computes q_i = p_i + tanh(g_i) ⊙ ([p_j] W_i + b_i), and an MLP of all', async () => {
    const { tokens, mask, pooled } = await run(pooledSamples({ image: [image], text: [text], sound: [sound] }));
    const [seen, read, heard] = [plain('image', image), plain('text', text), plain('sound', sound)];
    const all = [
      hear('image', seen, [read, heard]),
      hear('text', read, [seen, heard]),
      hear('sound', heard, [seen, read]),
    ];
    expect(tokens.shape).toEqual([1, 3, DIM]);
    expectAllClose(tokens.data, all.flat());
    expect(Array.from(mask.data, Number)).toEqual([1, 1, 1]);
    expectAllClose(pooled.data, mlp([...all.flat(), 1, 1, 1]));
  });

  it('hears nothing of what is missing, and masks it', async () => {
    const { tokens, mask, pooled } = await run(
      pooledSamples({ image: [image, null], text: [null, text], sound: [sound, null] }),
    );
    const [seen, heard, read] = [plain('image', image), plain('sound', sound), plain('text', text)];
    const first = [hear('image', seen, [nothing, heard]), nothing, hear('sound', heard, [seen, nothing])];
    const second = [nothing, hear('text', read, [nothing, nothing]), nothing];
    expectAllClose(tokens.data, [...first, ...second].flat());
    expect(Array.from(mask.data, Number)).toEqual([1, 0, 1, 0, 1, 0]);
    expectAllClose(pooled.data, [...mlp([...first.flat(), 1, 0, 1]), ...mlp([...second.flat(), 0, 1, 0])]);
  });

  it('begins with closed gates', () => {
    const scope = createScope();
    gated.create(gated.options.parse({}), new Map()).build(scope, {
      image: featureInputs('image', 1, 3),
      text: featureInputs('text', 1, 4),
    });
    const gates = scope.parameters.filter(({ name }) => name.endsWith('/gate'));
    expect(gates.map(({ name, initialize }) => [name, initialize])).toEqual([
      ['image/gate', zeros],
      ['text/gate', zeros],
    ]);
  });
});
