import { defineEncoder, exampleBeside, type Encoder, SensoriumError, type Tensors } from '@sensorium/contracts';
import { audio as modality, resampleSound, toMono, type Waveform } from '@sensorium/modality-audio';
import { changesSamples, drawVariation } from './augment.js';
import { learnFromSounds } from './learn.js';
import { mixSounds } from './mix.js';
import { buildFeatures } from './network.js';
import { type AudioOptions, isLearned, type LearnedOptions, options } from './options.js';
import { overlay } from './overlay.js';
import { presets } from './presets.js';
import { surveySounds } from './survey.js';
import { drawWindows, soundOf, windowTensors } from './windows.js';

/**
 * Sound encoder, trained from scratch: sounds of any length, as the mean of their channels, at one rate. The graph is fed samples,
 * and begins with the spectrogram: frames, window, Fourier transform, mel bands, logarithm. Over it run 3×3 convolutions with
 * standardized weights (Qiao et al. 2019), ReLU and pooling that halves pitch, and three times time. What stands above each other
 * is projected to a token, one every 80 ms; the tokens of all windows are [B,N·T,dim], pooled [B,dim] is the mean of those of the sound.
 * Without its rate and lengths, which `learn` finds, `create` throws SENSORIUM_MANIFEST_INVALID.
 */
export const audio = defineEncoder({
  specVersion: 'v1',
  name: 'audio',
  modality,
  options,
  example: exampleBeside(import.meta.url, 'encoder-audio'),
  learn: learnFromSounds,
  create: createAudioEncoder,
});

function createAudioEncoder(given: AudioOptions): Encoder<Waveform> {
  if (!isLearned(given)) throw notLearned();
  const { rate, augment } = given;
  const { frame } = presets[given.mel].frontEnd(rate);
  const size = Math.max(frame, Math.round(given.seconds * rate));
  const kept = Math.max(size, Math.round(given.longest * rate));
  const window = { count: Math.min(given.windows, Math.ceil(kept / size)), size };
  const isSame = kept === size && !changesSamples(augment);
  return {
    kept: specsOf(1, kept),
    needs: { rate, channels: 1 },
    prepare: (sound) => prepareSound(sound, rate, kept),
    ...(!isSame && {
      view: {
        fed: specsOf(window.count, size),
        draw: (sample, random) => drawWindows(sample, window, random && drawVariation(augment, random.own)),
        // Several windows may lie anywhere, also over each other.
        ...(window.count === 1 && { value: (drawn) => ({ rate, channels: [soundOf(drawn).slice()] }) }),
      },
    }),
    notes: (sound) => notesOf(sound, given, kept),
    overlay: overlay(rate),
    survey: (sounds) => surveySounds(sounds, given),
    build: (scope, x, present) => buildFeatures(scope, x, present, given),
    mix: (_, x, partner, ratio) => mixSounds(x, partner, ratio),
  };
}

const specsOf = (windows: number, samples: number) =>
  ({
    samples: { dtype: 'float32', shape: [windows, samples] },
    span: { dtype: 'float32', shape: [windows, 2] },
  }) as const;

/** The middle of a sound, or a sound and zeros. */
function prepareSound(sound: Waveform, rate: number, kept: number): Tensors {
  const samples = monoAt(sound, rate);
  const first = Math.max(0, samples.length - kept) >> 1;
  const part = samples.subarray(first, first + kept);
  const padded = new Float32Array(kept);
  padded.set(part);
  return windowTensors({ samples: padded, span: Float32Array.of(0, part.length) }, { count: 1, size: kept });
}

function monoAt(sound: Waveform, rate: number): Float32Array {
  const [samples = new Float32Array()] = resampleSound(toMono(sound), rate).channels;
  return samples;
}

function notesOf(sound: Waveform, { rate }: LearnedOptions, kept: number): string[] {
  const { rate: own, channels } = sound.original ?? { rate: sound.rate, channels: sound.channels.length };
  const seconds = (sound.channels[0]?.length ?? 0) / sound.rate;
  return [
    ...(own === rate ? [] : [`resampled from ${own} to ${rate} Hz`]),
    ...(channels > 1 ? [`the mean of its ${channels} channels`] : []),
    ...(seconds * rate > kept ? [`cut to the ${rounded(kept / rate)} s in its middle, of ${rounded(seconds)}`] : []),
  ];
}

const rounded = (value: number): number => Number(value.toFixed(2));

const notLearned = (): SensoriumError =>
  new SensoriumError({
    code: 'SENSORIUM_MANIFEST_INVALID',
    message: 'the rate of the sounds and their lengths are not known',
    hint: 'Training learns them from its table. Without one, give rate, seconds, windows and longest.',
  });
