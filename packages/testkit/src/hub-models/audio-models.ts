import type { SymbolicTensor, Tensor } from '@sensorium/contracts';
import { createRandom } from '@sensorium/data';
import { convolution, flatten, gelu, input, mean, normal, transpose } from '@sensorium/graph';
import { node, onnxFile } from '@sensorium/graph/testing';
import { blocks, project, withPositions, type Depth } from './blocks.js';
import { fileOf, json } from './file-of.js';

/** Sizes and strides of wav2vec 2.0's convolutions, over samples, shortened. */
const KERNELS = [10, 3, 2];
const STRIDES = [5, 2, 2];

/** Node by node, because sizes are open: convolutions over samples [B,N], then a block of attention with one head. */
function waveFile(dim: number): Uint8Array {
  const weight = (name: string, ...shape: number[]): [string, Tensor] => {
    const size = shape.reduce((a, b) => a * b);
    const data = normal(1.5 / Math.sqrt(size / dim))(shape, createRandom(1, name));
    return [name, { dtype: 'float32', shape, data }];
  };
  const convolved = KERNELS.flatMap((kernel, at) => [
    node('Conv', [at === 0 ? 'wave' : `near${at - 1}`, `kernel${at}`], [`sum${at}`], {
      kernel_shape: [kernel],
      strides: [STRIDES[at] as number],
    }),
    node('Tanh', [`sum${at}`], [`near${at}`]),
  ]);
  return onnxFile({
    nodes: [
      node('Unsqueeze', ['input_values', 'axis'], ['wave']),
      ...convolved,
      node('Transpose', [`near${KERNELS.length - 1}`], ['tokens'], { perm: [0, 2, 1] }),
      node('MatMul', ['tokens', 'query'], ['asked']),
      node('Transpose', ['tokens'], ['turned'], { perm: [0, 2, 1] }),
      node('MatMul', ['asked', 'turned'], ['scores']),
      node('Softmax', ['scores'], ['shares'], { axis: -1 }),
      node('MatMul', ['shares', 'tokens'], ['seen']),
      node('MatMul', ['seen', 'value'], ['thought']),
      node('Add', ['tokens', 'thought'], ['last_hidden_state']),
    ],
    inputs: { input_values: { dtype: 'float32', shape: ['batch_size', 'sequence_length'] } },
    initializers: {
      axis: { dtype: 'int64', shape: [1], data: BigInt64Array.of(1n) },
      ...Object.fromEntries([
        ...KERNELS.map((kernel, at) => weight(`kernel${at}`, dim, at === 0 ? 1 : dim, kernel)),
        weight('query', dim, dim),
        weight('value', dim, dim),
      ]),
    },
    outputs: { last_hidden_state: { dtype: 'float32', shape: ['batch_size', 'frames', dim] } },
  });
}

/** A model of wav2vec 2.0's layout (Baevski et al. 2020): samples of a wave, of any length, as they are. */
export function wav2vec2Model(dim: number, type: 'wav2vec2' | 'hubert' = 'wav2vec2'): Map<string, Uint8Array> {
  const config = {
    architectures: ['Wav2Vec2Model'],
    model_type: type,
    hidden_size: dim,
    num_hidden_layers: 1,
    num_attention_heads: 1,
    conv_kernel: KERNELS,
    conv_stride: STRIDES,
    feat_extract_norm: 'group',
  };
  const processor = {
    feature_extractor_type: 'Wav2Vec2FeatureExtractor',
    feature_size: 1,
    sampling_rate: 16_000,
    padding_value: 0,
    do_normalize: true,
    return_attention_mask: false,
  };
  return new Map([
    ['config.json', json(config)],
    ['preprocessor_config.json', json(processor)],
    ['onnx/model.onnx', waveFile(dim)],
  ]);
}

export interface SpectrumModel extends Depth {
  /** How long a sound is to it. */
  readonly seconds: number;
}

/** The encoder of Whisper's layout (Radford et al. 2023): log-mel frames, convolutions with a stride of 2, transformer. */
export function whisperModel({ seconds, ...depth }: SpectrumModel): Map<string, Uint8Array> {
  const { dim, layers, heads } = depth;
  const frames = seconds * 100;
  const mel = input('input_features', 'float32', ['batch_size', 80, frames]);
  const file = fileOf({ mel }, (scope) => {
    const near = gelu(convolution(scope.at('first'), mel, dim, { padding: 1 }));
    const x = gelu(convolution(scope.at('second'), near, dim, { stride: 2, padding: 1 }));
    const tokens = withPositions(scope, transpose(x, [0, 2, 1]), frames / 2, dim);
    return { last_hidden_state: blocks(scope, tokens, depth) };
  });
  const config = {
    architectures: ['WhisperModel'],
    model_type: 'whisper',
    d_model: dim,
    encoder_layers: layers,
    encoder_attention_heads: heads,
    max_source_positions: frames / 2,
    num_mel_bins: 80,
  };
  const processor = {
    feature_extractor_type: 'WhisperFeatureExtractor',
    chunk_length: seconds,
    feature_size: 80,
    hop_length: 160,
    n_fft: 400,
    n_samples: seconds * 16_000,
    nb_max_frames: frames,
    sampling_rate: 16_000,
    padding_value: 0,
  };
  return new Map([
    ['config.json', json(config)],
    ['preprocessor_config.json', json(processor)],
    ['onnx/encoder_model.onnx', file],
  ]);
}

/** The tower of sounds of CLAP's layout (Wu et al. 2023): one vector of log-mel frames [B,1,frames,64]. */
export function clapModel({ seconds, ...depth }: SpectrumModel): Map<string, Uint8Array> {
  const rate = 48_000;
  const frames = Math.floor((seconds * rate) / 480) + 1;
  const mel = input('input_features', 'float32', ['batch_size', 1, frames, 64]);
  const file = fileOf({ mel }, (scope): Record<string, SymbolicTensor> => {
    const patches = convolution(scope.at('patches'), mel, depth.dim, { kernel: 4, stride: 4, padding: 0 });
    const tokens = blocks(scope, transpose(flatten(patches, 2), [0, 2, 1]), depth);
    return { audio_embeds: project(scope, mean(tokens, [1]), 6) };
  });
  const processor = {
    feature_extractor_type: 'ClapFeatureExtractor',
    feature_size: 64,
    fft_window_size: 1024,
    nb_frequency_bins: 513,
    hop_length: 480,
    frequency_min: 50,
    frequency_max: 14_000,
    sampling_rate: rate,
    max_length_s: seconds,
    nb_max_samples: seconds * rate,
    padding: 'repeatpad',
    truncation: 'rand_trunc',
  };
  return new Map([
    ['config.json', json({ architectures: ['ClapModel'], model_type: 'clap' })],
    ['preprocessor_config.json', json(processor)],
    ['onnx/audio_model.onnx', file],
  ]);
}
