import { soundAt } from './resample-sound.mjs';

/**
 * A sound → `samples` float32 [samples], the mean of its channels at the model's rate, from its beginning on, and `count`, how
 * many of them are the sound's. All else is in the model: spectrogram and scale.
 */
export function prepare(sound, { seconds, processor }) {
  const length = Math.round(seconds * processor.sampling_rate);
  const heard = soundAt(sound, processor.sampling_rate).subarray(0, length);
  const samples = new Float32Array(length);
  const padding = processor.feature_extractor_type === 'ClapFeatureExtractor' ? processor.padding : 'pad';
  // Behind a shorter sound is silence, or itself again as often as it wholly fits (`repeatpad`) or in part (`repeat`).
  const whole = heard.length * Math.floor(length / heard.length);
  const end = { pad: heard.length, repeatpad: whole, repeat: length }[padding];
  for (let at = 0; at < Math.min(end, length); at++) samples[at] = heard[at % heard.length];
  return { samples, count: Int32Array.of(heard.length) };
}
