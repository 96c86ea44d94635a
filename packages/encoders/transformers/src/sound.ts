import { required, type SymbolicTensor, type Symbols } from '@sensorium/contracts';
import {
  add,
  cast,
  ceil,
  div,
  floor,
  less,
  maximum,
  mul,
  range,
  sqrt,
  square,
  sub,
  sum,
  transpose,
  unsqueeze,
} from '@sensorium/graph';
import { resampleSound, toMono } from '@sensorium/media';
import { audio as modality, type Waveform } from '@sensorium/modality-audio';
import { z } from 'zod';
import type { Front, Kind } from './kind.js';
import type { Config } from './model-files.js';
import type { Options } from './options.js';
import { reasonOf } from './place.js';
import { damaged, misfit } from './problem.js';
import { fixedLength, processor, settingsOf, type Processor } from './sound-settings.js';
import { logMel, whisperScale } from './spectrum.js';

/** Shorter sounds give no token. */
const LEAST_SECONDS = 0.1;

/** Sounds: the mean of their channels at the model's rate, from the beginning on. */
export const audio: Kind<Waveform> = {
  modality,

  async learn(given, values, source) {
    const own = source.json('preprocessor_config.json', processor);
    const fixed = fixedLength(own);
    const seconds = fixed === undefined ? (given.seconds ?? (await longest(values, given))) : fixed / own.sampling_rate;
    return { processor: own, seconds };
  },

  create(given) {
    const { model, seconds } = given;
    const own = settingsOf(given);
    if (seconds === undefined) throw misfit(model, 'the length of sounds is not known', 'Training reads it.');
    const { sampling_rate: rate } = own;
    const length = Math.round(seconds * rate);
    return {
      kept: { samples: { dtype: 'float32', shape: [length] }, count: { dtype: 'int32', shape: [] } },
      needs: { rate, channels: 1 },
      prepare(value) {
        const [all] = resampleSound(toMono(value), rate).channels;
        const heard = required(all, 'the only channel').subarray(0, length);
        return {
          samples: { dtype: 'float32', shape: [1, length], data: filledUp(heard, length, own) },
          count: { dtype: 'int32', shape: [1], data: Int32Array.of(heard.length) },
        };
      },
      notes: (value) => notesOf(value, rate, seconds),
      ...fronts(model, own, length),
    };
  },
};

const secondsOf = ({ rate, channels: [first] }: Waveform): number => required(first, 'a channel').length / rate;

async function longest(values: AsyncIterable<Waveform>, { maxSeconds }: Options): Promise<number> {
  let most = LEAST_SECONDS;
  for await (const value of values) most = Math.max(most, secondsOf(value));
  return Math.min(most, maxSeconds);
}

/** What follows a sound that is shorter: silence, or itself again as often as it wholly fits (`repeatpad`) or in part. */
function filledUp(heard: Float32Array, length: number, own: Processor): Float32Array<ArrayBuffer> {
  const data = new Float32Array(length);
  data.set(heard);
  const padding = own.feature_extractor_type === 'ClapFeatureExtractor' ? own.padding : 'pad';
  if (padding === 'pad' || heard.length === 0) return data;
  for (let start = heard.length; start < length; start += heard.length) {
    if (padding === 'repeatpad' && start + heard.length > length) break;
    data.set(heard.subarray(0, length - start), start);
  }
  return data;
}

const rounded = (seconds: number): number => Number(seconds.toFixed(2));

function notesOf(value: Waveform, rate: number, seconds: number): string[] {
  const own = secondsOf(value);
  return [
    ...(value.rate === rate ? [] : [`resampled from ${value.rate} to ${rate} Hz`]),
    ...(rounded(own) > rounded(seconds) ? [`cut to the first ${rounded(seconds)} of ${rounded(own)} s`] : []),
  ];
}

const samplesOf = ({ samples }: Symbols): SymbolicTensor => required(samples, 'the input "samples"');
const countOf = ({ count }: Symbols): SymbolicTensor => cast(required(count, 'the input "count"'), 'float32');

function fronts(model: string, own: Processor, length: number): Pick<Front<Waveform>, 'feed' | 'tokensOf'> {
  const { sampling_rate: rate } = own;
  switch (own.feature_extractor_type) {
    case 'Wav2Vec2FeatureExtractor':
      return {
        feed(x) {
          const sounds = soundsOf(x, length);
          const input_values = own.do_normalize ? standardized(samplesOf(x), sounds) : samplesOf(x);
          return { input_values, attention_mask: cast(sounds, 'int64') };
        },
        tokensOf: (x, _, config) => framesOf(model, countOf(x), config),
      };
    case 'WhisperFeatureExtractor': {
      const { n_fft: frame, hop_length: hop, feature_size: bands, nb_max_frames: frames } = own;
      const options = { rate, frame, hop, bands, lowest: 0, highest: 8000, frames };
      return {
        feed: (x) => ({ input_features: whisperScale(logMel(samplesOf(x), options)) }),
        // Tokens lie as close as the encoder's convolutions leave them.
        tokensOf: (x, tokens) => ceil(mul(countOf(x), tokens / length)),
      };
    }
    case 'ClapFeatureExtractor': {
      const { fft_window_size: frame, hop_length: hop, feature_size: bands } = own;
      const frames = Math.floor(length / hop) + 1;
      const options = { rate, frame, hop, bands, lowest: own.frequency_min, highest: own.frequency_max, frames };
      return {
        feed: (x) => ({ input_features: unsqueeze(mul(transpose(logMel(samplesOf(x), options), [0, 2, 1]), 10), 1) }),
      };
    }
  }
}

/** 1 where there is sound and not silence behind it, [B,N]; at least one sample. */
const soundsOf = (x: Symbols, length: number): SymbolicTensor =>
  cast(less(unsqueeze(cast(range(0, length), 'float32'), 0), unsqueeze(maximum(countOf(x), 1), 1)), 'float32');

/** Mean 0 and variance 1 of the sound, and silence behind it. */
function standardized(samples: SymbolicTensor, sounds: SymbolicTensor): SymbolicTensor {
  const meanOf = (values: SymbolicTensor): SymbolicTensor =>
    div(sum(mul(values, sounds), [1], { keep: true }), sum(sounds, [1], { keep: true }));
  const centred = sub(samples, meanOf(samples));
  return mul(div(centred, sqrt(add(meanOf(square(centred)), 1e-7))), sounds);
}

const convolutions = z.object({ conv_kernel: z.array(z.int().positive()), conv_stride: z.array(z.int().positive()) });

/** Places that the convolutions of a model leave of so many samples. */
function framesOf(model: string, samples: SymbolicTensor, config: Config): SymbolicTensor {
  const found = convolutions.safeParse(config);
  if (!found.success) throw damaged(model, `its config.json cannot be used: ${reasonOf(found.error)}`);
  const { conv_kernel: kernels, conv_stride: strides } = found.data;
  return kernels.reduce(
    (left, kernel, index) => add(floor(mul(sub(left, kernel), 1 / required(strides[index], 'a stride'))), 1),
    samples,
  );
}
