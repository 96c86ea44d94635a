import type { Tensor } from '@sensorium/contracts';
import { createRandom } from '@sensorium/data';
import { normal } from '@sensorium/graph';
import { node, onnxFile } from '@sensorium/graph/testing';
import { json } from './file-of.js';

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
