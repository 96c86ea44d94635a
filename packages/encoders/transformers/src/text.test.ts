import { AutoModel, AutoTokenizer, pipeline } from '@huggingface/transformers';
import { compressWeights } from '@sensorium/onnx';
import { expectAllClose } from '@sensorium/testkit';
import { bertModel } from '@sensorium/testkit/hub-models';
import { describe, expect, it } from 'vitest';
import { encode, learn, numbersOf } from './testing/encode.js';
import { forPlain } from './testing/plain.js';
import { transformers } from './index.js';

const model = bertModel({ dim: 12, layers: 2, heads: 3, maxTokens: 16 });
const texts = ['What is the RED circle?', 'a blue starfish!', '', 'café, unseen 3 squares'];

it('gives what plain transformers.js does, for texts of any length', async () => {
  const learned = await learn(model, {}, texts);
  expect(learned).toMatchObject({ output: 'last_hidden_state', pooling: 'mean', tokens: 8 });
  const ours = await encode(model, learned, texts);

  const name = await forPlain(model);
  const tokenizer = await AutoTokenizer.from_pretrained(name);
  const plain = await AutoModel.from_pretrained(name, { dtype: 'fp32' });
  const extract = await pipeline('feature-extraction', name, { dtype: 'fp32' });
  for (const [index, text] of texts.entries()) {
    const { tokens, mask, pooled } = ours[index]!;
    const { last_hidden_state: expected } = (await plain(tokenizer(text))) as {
      last_hidden_state: { data: Float32Array; dims: number[] };
    };
    const count = expected.dims[1]!;
    expect(numbersOf(mask)).toEqual(Array.from({ length: 8 }, (_, at) => Number(at < count)));
    expectAllClose(numbersOf(tokens).slice(0, count * 12), numbersOf(expected), { absolute: 1e-4 });
    const mean = await extract(text, { pooling: 'mean' });
    expectAllClose(numbersOf(pooled), numbersOf(mean), { absolute: 1e-4 });
  }
});

it.each([
  ['fp16', 'float16', '_fp16'],
  ['q8', 'int8', '_quantized'],
] as const)('reads the file of dtype %s as plain transformers.js does', async (dtype, precision, suffix) => {
  const { model: bytes } = compressWeights(model.get('onnx/model.onnx')!, precision);
  const smaller = new Map([...model].filter(([name]) => !name.endsWith('.onnx')));
  smaller.set(`onnx/model${suffix}.onnx`, bytes);
  const [ours] = await encode(smaller, await learn(smaller, { dtype }, texts), texts);
  const name = await forPlain(smaller);
  const tokenizer = await AutoTokenizer.from_pretrained(name);
  const plain = await AutoModel.from_pretrained(name, { dtype });
  const { last_hidden_state: expected } = (await plain(tokenizer(texts[0]!))) as {
    last_hidden_state: { data: Float32Array };
  };
  expectAllClose(numbersOf(ours!.tokens), numbersOf(expected), { absolute: 1e-4 });
});

it('pools as it is told', async () => {
  const learned = await learn(model, { pooling: 'first', tokens: 6 }, texts);
  const [{ tokens, pooled } = { tokens: undefined, pooled: undefined }] = await encode(model, learned, texts);
  expect(numbersOf(pooled!)).toEqual(numbersOf(tokens!).slice(0, 12));
});

describe('a text that is too long', () => {
  it('keeps what stands behind every text, and says so', async () => {
    const learned = await learn(model, { maxTokens: 5 }, texts);
    const encoder = transformers.create(learned, new Map());
    expect(numbersOf(encoder.prepare(texts[0])['ids']!)).toEqual([2, 11, 10, 9, 3]);
    expect(encoder.notes!(texts[0])).toEqual(['cut to 5 of 8 tokens']);
    expect(encoder.notes!('a star')).toEqual([]);
  });

  it('is no longer than the model has positions for', async () => {
    const long = Array(40).fill('red').join(' ');
    expect((await learn(model, {}, [long])).tokens).toBe(16);
    expect((await learn(model, { maxTokens: 9 }, [long])).tokens).toBe(9);
  });
});
