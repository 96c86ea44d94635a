import { createScope, inputsOf } from '@sensorium/graph';
import { makeTensor } from '@sensorium/tensors';
import { conformsAsHead, conformsToReadme, expectAllClose, runGraph } from '@sensorium/testkit';
import { describe, expect, it } from 'vitest';
import { embedding } from './index.js';
import { feed, identities, modelOf } from './testing/model.js';

const options = [{}, { loss: 'sigmoid', hidden: 8, dim: 6 }] as const;
conformsAsHead(embedding, { options: [...options], of: ['first', 'second'] });
conformsAsHead(embedding, { options: [...options], of: ['second', 'fusion', 'first'] });
conformsToReadme(embedding, new URL('../README.md', import.meta.url), (name) => import(name) as Promise<object>);

const create = (...of: string[]) => embedding.create(embedding.options.parse({ dim: 2 }), new Map(), of);
const vectors = (...rows: [number, number][]) => makeTensor('float32', [rows.length, 2], rows.flat());

describe('the answer', () => {
  const of = ['image', 'en'];
  const answer = create(...of).answer!(createScope(), modelOf(of, ['en']));
  const texts = feed('en', [
    { pooled: [0, 2], ids: [5, 6, 0] },
    { pooled: [1, 0], ids: [6, 5, 0] },
    { pooled: [1, 1], ids: [5, 6, 0] },
    { pooled: null, ids: [5, 6, 0] },
    { pooled: [0, 1], ids: [5, 8, 0] },
  ]);
  const images = feed('image', [
    { pooled: [3, 4] },
    { pooled: null },
    { pooled: [-2, 0] },
    { pooled: [0, 0] },
    { pooled: [0, 9] },
  ]);

  it('is a unit vector for each input, and zeros where it is missing', async () => {
    const { image, en } = await runGraph(answer, { ...images, ...texts }, identities(of));
    expectAllClose(image!, vectors([0.6, 0.8], [0, 0], [-1, 0], [0, 0], [0, 1]));
    expectAllClose(en!, vectors([0, 1], [1, 0], [Math.SQRT1_2, Math.SQRT1_2], [0, 0], [0, 1]));
  });

  it('says which texts are the same, and nothing of what has no content, is missing or has unknown words', async () => {
    const outputs = await runGraph(answer, { ...images, ...texts }, identities(of));
    const [first, second, third, missing, unknown] = outputs['en.item']!.data as BigInt64Array;
    expect(first).toBe(third);
    expect(first).not.toBe(second);
    expect([missing, unknown]).toEqual([0n, 0n]);
    expect([...outputs['image.item']!.data]).toEqual([0n, 0n, 0n, 0n, 0n]);
  });

  it('has a tower of its own for each input, over the same weights', async () => {
    const { graphs } = create(...of);
    expect(Object.keys(graphs!)).toEqual(of);
    const scope = createScope();
    const tower = graphs!['image']!(scope, modelOf(of));
    expect([...inputsOf(Object.values(tower))].sort()).toEqual(['image.pooled', 'image.present']);
    expect(scope.parameters.map(({ name }) => name)).toEqual(['image/project/weight']);
    const { vector } = await runGraph(tower, images, identities(of));
    expectAllClose(vector!, vectors([0.6, 0.8], [0, 0], [-1, 0], [0, 0], [0, 1]));
  });
});

it('wants two inputs or more', () => {
  expect(() => create('image')).toThrow(
    expect.objectContaining({
      code: 'SENSORIUM_MANIFEST_INVALID',
      message: 'embedding brings two inputs or more together, and "of" names image',
    }),
  );
});

it('predicts how alike every two inputs are that are there', () => {
  const outputs = {
    image: vectors([1, 0], [0.6, 0.8], [0, 0]),
    en: vectors([0, 1], [0.8, 0.6], [1, 0]),
    de: vectors([0, -1], [0, 0], [0, 0]),
  };
  const [all, two, one] = create('image', 'en', 'de').decode!(outputs);
  expect(all).toMatchObject({
    text: 'image ↔ en 0.00, image ↔ de 0.00, en ↔ de -1.00',
    similarities: [{ of: ['image', 'en'] }, { of: ['image', 'de'] }, { of: ['en', 'de'], cosine: -1 }],
  });
  expect(two!.text).toBe('image ↔ en 0.96');
  expect(one).toEqual({ text: 'nothing to compare', similarities: [] });
});
