import { AutoModel, AutoProcessor, ClapAudioModelWithProjection } from '@huggingface/transformers';
import type { Waveform } from '@sensorium/modality-audio';
import { expectAllClose } from '@sensorium/testkit';
import { type Model, wav2vec2Model } from '@sensorium/testkit/hub';
import { clapModel, whisperModel } from '@sensorium/testkit/hub-models';
import { describe, expect, it } from 'vitest';
import { transformers } from './index.js';
import { encode, learn, numbersOf } from './testing/encode.js';
import { forPlain } from './testing/plain.js';

const depth = { dim: 12, layers: 2, heads: 3 };

/** A chord that swells and fades. */
const chord = (rate: number, seconds: number): Waveform => ({
  rate,
  channels: [
    Float32Array.from({ length: Math.round(rate * seconds) }, (_, at) => {
      const time = at / rate;
      const tones = [220, 554.4, 1760, 5000].map((hertz, index) => Math.sin(2 * Math.PI * hertz * time) / (index + 2));
      return 0.5 * Math.sin((Math.PI * time) / seconds) * tones.reduce((a, b) => a + b);
    }),
  ],
});
const samplesOf = ({ channels }: Waveform): Float32Array => channels[0]!;

type Outputs = Readonly<Record<string, { readonly data: Float32Array; readonly dims: readonly number[] }>>;

interface Plain {
  readonly inputs: Outputs;
  readonly outputs: Outputs;
}

async function plainly(model: Model, sound: Waveform, load: (name: string) => Promise<unknown>): Promise<Plain> {
  const name = await forPlain(model);
  const processor = await AutoProcessor.from_pretrained(name);
  const inputs = (await processor(samplesOf(sound))) as Outputs;
  const plain = (await load(name)) as (inputs: Outputs) => Promise<Outputs>;
  return { inputs, outputs: await plain(inputs) };
}

describe.each(['wav2vec2', 'hubert'] as const)('%s', (type) => {
  const model = wav2vec2Model(12, type);
  const sounds = [chord(16_000, 0.4), chord(16_000, 0.25)];

  it('gives what plain transformers.js does of the longest sound', async () => {
    const learned = await learn(model, { modality: 'audio' }, sounds);
    expect(learned).toMatchObject({ seconds: 0.4, pooling: 'mean' });
    const [ours] = await encode(model, learned, sounds);
    const { outputs } = await plainly(model, sounds[0]!, (name) => AutoModel.from_pretrained(name, { dtype: 'fp32' }));
    const { last_hidden_state: expected } = outputs;
    expect(ours!.tokens.shape).toEqual(expected!.dims);
    expectAllClose(numbersOf(ours!.tokens), numbersOf(expected!), { absolute: 1e-4 });
  });

  it('masks what stands behind a shorter one', async () => {
    const learned = await learn(model, { modality: 'audio' }, sounds);
    const [, ours] = await encode(model, learned, sounds);
    const { outputs } = await plainly(model, sounds[1]!, (name) => AutoModel.from_pretrained(name, { dtype: 'fp32' }));
    const count = numbersOf(ours!.mask).reduce((a, b) => a + b);
    expect(count).toBe(outputs['last_hidden_state']!.dims[1]);
    expect(numbersOf(ours!.mask).lastIndexOf(1)).toBe(count - 1);
  });
});

it("Whisper's encoder gives what plain transformers.js does", async () => {
  const model = whisperModel({ ...depth, seconds: 2 });
  const sound = chord(16_000, 1.5);
  const learned = await learn(model, { modality: 'audio' }, [sound]);
  expect(learned.seconds).toBe(2);
  const [ours] = await encode(model, learned, [sound]);
  const { outputs } = await plainly(model, sound, (name) =>
    AutoModel.from_pretrained(name, {
      dtype: 'fp32',
      config: { model_type: 'custom' } as never,
      model_file_name: 'encoder_model',
    }),
  );
  expectAllClose(numbersOf(ours!.tokens), numbersOf(outputs['last_hidden_state']!), { absolute: 1e-4 });
  expect(numbersOf(ours!.mask).filter((one) => one === 1)).toHaveLength(75);
});

it("the tower of sounds of CLAP gives the vector of CLAP's space, of a sound that is repeated to its length", async () => {
  const model = clapModel({ ...depth, seconds: 2 });
  const sound = chord(48_000, 0.7);
  const learned = await learn(model, { modality: 'audio' }, [sound]);
  expect(learned).toMatchObject({ output: 'audio_embeds', pooling: 'model' });
  const [ours] = await encode(model, learned, [sound]);
  const { outputs } = await plainly(model, sound, (name) =>
    ClapAudioModelWithProjection.from_pretrained(name, { dtype: 'fp32' }),
  );
  expectAllClose(numbersOf(ours!.pooled), numbersOf(outputs['audio_embeds']!), { absolute: 1e-4 });
});

describe('a sound', () => {
  it('of another rate and of several channels becomes one of the model', async () => {
    const model = wav2vec2Model(8);
    const { channels } = chord(48_000, 0.4);
    const learned = await learn(model, { modality: 'audio' }, [chord(16_000, 0.4)]);
    const encoder = transformers.create(learned, new Map());
    expect(encoder.needs).toEqual({ rate: 16_000, channels: 1 });
    const silent = new Float32Array(channels[0]!.length);
    const ours = encoder.prepare({ rate: 48_000, channels: [channels[0]!, silent] })['samples']!;
    const expected = samplesOf(chord(16_000, 0.4)).map((value) => value / 2);
    expectAllClose(numbersOf(ours).slice(100, -100), numbersOf({ data: expected }).slice(100, -100), {
      absolute: 2e-3,
    });
    expect(encoder.notes!(chord(48_000, 0.5))).toEqual([
      'resampled from 48000 to 16000 Hz',
      'cut to the first 0.4 of 0.5 s',
    ]);
  });

  it('is no longer than the manifest allows', async () => {
    const learned = await learn(wav2vec2Model(8), { modality: 'audio', maxSeconds: 0.3 }, [chord(16_000, 0.4)]);
    expect(learned.seconds).toBe(0.3);
  });

  it('of models that fuse several parts is refused', async () => {
    const model = new Map(clapModel({ ...depth, seconds: 2 }));
    const name = 'preprocessor_config.json';
    const processor = JSON.parse(new TextDecoder().decode(model.get(name))) as object;
    model.set(name, new TextEncoder().encode(JSON.stringify({ ...processor, truncation: 'fusion' })));
    await expect(learn(model, { modality: 'audio' }, [])).rejects.toMatchObject({
      code: 'SENSORIUM_BAD_MODEL',
      message: expect.stringContaining('fuse') as string,
    });
  });
});
