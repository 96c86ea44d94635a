import type { SymbolicTensor } from '@sensorium/contracts';
import { convolution, flatten, gelu, input, mean, transpose } from '@sensorium/graph';
import { blocks, project, withPositions, type Depth } from './blocks.js';
import { fileOf, json } from './file-of.js';

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
