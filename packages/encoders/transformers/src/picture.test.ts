import { AutoModel, AutoProcessor, CLIPVisionModelWithProjection, pipeline, RawImage } from '@huggingface/transformers';
import { createRandom } from '@sensorium/data';
import type { Raster } from '@sensorium/modality-image';
import { expectAllClose } from '@sensorium/testkit';
import type { Model } from '@sensorium/testkit/hub';
import { clipModel, siglipModel, vitModel } from '@sensorium/testkit/hub-models';
import { expect, it } from 'vitest';
import { transformers } from './index.js';
import { encode, learn, numbersOf } from './testing/encode.js';
import { forPlain } from './testing/plain.js';

const depth = { dim: 12, layers: 2, heads: 3, size: 32, patch: 8 };
const noise = (width: number, height: number): Raster => ({
  width,
  height,
  channels: 3,
  data: createRandom(1, `${width}`).bytes(width * height * 3),
});
/** Without edges, so that ways to resize hardly differ. */
const slope = (width: number, height: number): Raster => ({
  width,
  height,
  channels: 3,
  data: Uint8Array.from(
    { length: width * height * 3 },
    (_, at) => 128 + 100 * Math.sin((at % 3) + (Math.floor(at / 3) % width) / width + at / (width * height * 3)),
  ),
});
const rawOf = ({ data, width, height }: Raster): RawImage =>
  new RawImage(new Uint8ClampedArray(data), width, height, 3);

type Outputs = Readonly<Record<string, { readonly data: Float32Array }>>;

/** What plain transformers.js makes of a picture. */
async function plainly(
  model: Model,
  picture: Raster,
  kind: Pick<typeof AutoModel, 'from_pretrained'> = AutoModel,
): Promise<Outputs> {
  const name = await forPlain(model);
  const processor = await AutoProcessor.from_pretrained(name);
  const plain = await kind.from_pretrained(name, { dtype: 'fp32' });
  return (await plain(await processor(rawOf(picture)))) as Outputs;
}

it.each(['vit', 'dinov2'] as const)('%s gives what plain transformers.js does', async (type) => {
  const model = vitModel(depth, type);
  const picture = noise(32, 32);
  const learned = await learn(model, { modality: 'image' }, []);
  expect(learned).toMatchObject({ output: 'last_hidden_state', pooling: 'first' });
  const [ours] = await encode(model, learned, [picture]);
  const { last_hidden_state: expected } = await plainly(model, picture);
  expect(ours!.tokens.shape).toEqual([1, 17, 12]);
  expectAllClose(numbersOf(ours!.tokens), numbersOf(expected!), { absolute: 1e-4 });
  expectAllClose(numbersOf(ours!.pooled), numbersOf(expected!).slice(0, 12), { absolute: 1e-4 });
});

it('the pipeline of transformers.js gives the same tokens', async () => {
  const model = vitModel(depth);
  const extract = await pipeline('image-feature-extraction', await forPlain(model), { dtype: 'fp32' });
  const [ours] = await encode(model, await learn(model, { modality: 'image' }, []), [noise(32, 32)]);
  const expected = await extract(rawOf(noise(32, 32)));
  expectAllClose(numbersOf(ours!.tokens), numbersOf(expected), { absolute: 1e-4 });
});

it("the tower of pictures of CLIP gives its tokens, and the vector of CLIP's space", async () => {
  const model = clipModel({ ...depth, resize: 32 });
  const learned = await learn(model, { modality: 'image' }, []);
  expect(learned).toMatchObject({ output: 'last_hidden_state', pooling: 'model' });
  const [ours] = await encode(model, learned, [noise(32, 32)]);
  const expected = await plainly(model, noise(32, 32), CLIPVisionModelWithProjection);
  expectAllClose(numbersOf(ours!.pooled), numbersOf(expected['image_embeds']!), { absolute: 1e-4 });
  expectAllClose(numbersOf(ours!.tokens), numbersOf(expected['last_hidden_state']!), { absolute: 1e-4 });
});

it("the tower of pictures of SigLIP gives its own pooling's vector", async () => {
  const model = siglipModel(depth);
  const [ours] = await encode(model, await learn(model, { modality: 'image' }, []), [noise(32, 32)]);
  const { SiglipVisionModel } = await import('@huggingface/transformers');
  const expected = await plainly(model, noise(32, 32), SiglipVisionModel);
  expectAllClose(numbersOf(ours!.pooled), numbersOf(expected['pooler_output']!), { absolute: 1e-4 });
});

it('resizes the shorter side, and cuts the middle out, as the model asks for', async () => {
  const model = clipModel({ ...depth, resize: 40 });
  const picture = slope(120, 80);
  const learned = await learn(model, { modality: 'image' }, []);
  const encoder = transformers.create(learned, new Map());
  expect(encoder.needs).toEqual({ height: 40, width: 40, fit: 'cover' });
  expect(encoder.notes!(picture)).toEqual(['120×80 was cut to 32×32']);
  const processor = await AutoProcessor.from_pretrained(await forPlain(model));
  const { pixel_values: expected } = (await processor(rawOf(picture))) as Outputs;
  const [mean, std] = [
    [0.48145466, 0.4578275, 0.40821073],
    [0.26862954, 0.26130258, 0.27577711],
  ];
  const ours = numbersOf(encoder.prepare(picture)['pixels']!);
  const theirs = Array.from({ length: 32 * 32 * 3 }, (_, at) => {
    const [place, channel] = [Math.floor(at / 3), at % 3];
    return (expected!.data[channel * 1024 + place]! * std[channel]! + mean[channel]!) * 255;
  });
  const differences = ours.map((value, at) => Math.abs(value - theirs[at]!));
  // The two resize by other kernels: what is smooth stays within one or two of 255.
  expect(Math.max(...differences)).toBeLessThan(3);
});
