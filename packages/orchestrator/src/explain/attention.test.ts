import { required, type Manifest } from '@sensorium/contracts';
import { createRandom } from '@sensorium/data';
import { expect, it } from 'vitest';
import { loadPipeline, type AttentionExplanation, type Sample } from '../index.js';
import { buildSmallModel, initialWeights, pictureAndText, plugins, twoTexts } from '../testing/small-model.js';

async function attentionOf(manifest: Manifest, sample: Sample): Promise<AttentionExplanation> {
  const built = await buildSmallModel(manifest, plugins, (parts) => {
    const weights = initialWeights(parts);
    // Of keys that are all 0, a query looks at all tokens alike.
    for (const [name, { data }] of Object.entries(weights)) if (name.includes('attention/key')) data.fill(0 as never);
    return weights;
  });
  const pipeline = await loadPipeline(built, { plugins });
  const { attention } = await pipeline.explain(sample, { methods: ['attention'] });
  await pipeline.dispose();
  return required(attention, 'the attention');
}

const near = (share: number): unknown => expect.closeTo(share, 5);
const closeTo = (rows: readonly (readonly number[])[]): unknown[][] => rows.map((row) => row.map(near));

it('attention that makes no difference is shared by how many tokens are there', async () => {
  const { layers, overlays } = await attentionOf(twoTexts, { title: 'red square circle', note: 'blue' });
  expect(layers).toHaveLength(1);
  const [{ name, from, to, shares, received }] = layers as [(typeof layers)[0]];
  expect(name).toBe('fusion/block0/attention');
  expect(from).toEqual([null, 'title', 'note']);
  expect(to).toEqual([null, 'title', 'note']);
  // A summary, three words and one: padding is not looked at.
  const row = [0.2, 0.6, 0.2];
  expect(shares).toEqual(closeTo([row, row, row]));
  expect(received['title']).toEqual([0.2, 0.2, 0.2, 0, 0, 0].map(near));
  expect(overlays['title']).toMatchObject([
    { kind: 'parts', parts: ['red', 'square', 'circle'].map((text) => ({ text, weight: near(0.2) })) },
  ]);
});

it('nothing looks at an input that is missing', async () => {
  const { layers } = await attentionOf(twoTexts, { title: 'red square' });
  expect(layers[0]!.shares[1]).toEqual(closeTo([[1 / 3, 2 / 3, 0]])[0]);
  expect(layers[0]!.shares[2]).toEqual([0, 0, 0]);
});

it('where one input asks the other, the other is a context', async () => {
  const fusion = { use: 'attention', dim: 16, layers: 2, heads: 2, queries: ['question'] } as const;
  const picture = { width: 16, height: 16, channels: 3, data: createRandom(1, 'picture').bytes(16 * 16 * 3) };
  const { layers, overlays } = await attentionOf({ ...pictureAndText, fusion }, { picture, question: 'red square' });
  expect(layers.map(({ name }) => name)).toEqual(['fusion/block0/attention', 'fusion/block1/attention']);
  for (const { from, to, shares } of layers) {
    expect(from).toEqual([null, 'question']);
    expect(to).toEqual([null, 'question', 'picture']);
    for (const row of shares) expect(row.reduce((a, b) => a + b)).toBeCloseTo(1, 5);
  }
  // The places of a grid lie over the picture.
  expect(overlays['picture']).toMatchObject([{ kind: 'picture', width: 8, height: 8 }]);
});

it('a fusion without attention has none', async () => {
  const sample = { title: 'red square', note: 'blue' };
  expect(await attentionOf({ ...twoTexts, fusion: 'concat' }, sample)).toEqual({
    layers: [],
    overlays: {},
  });
});
