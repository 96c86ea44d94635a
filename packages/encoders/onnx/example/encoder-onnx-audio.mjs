import { soundAt } from './resample-sound.mjs';

/**
 * A sound → `samples` float32 [samples] of the mean of its channels at the model's rate, from its beginning on, with silence
 * around, and `count`, how many of them are the sound's. All else is in the model: scale, mean and deviation.
 */
export function prepare(sound, { rate, seconds, silence, window = 1, hop = window }) {
  const heard = Math.max(1, Math.round(seconds * rate));
  const before = Math.round(silence * rate);
  const length = before + heard + before;
  const samples = new Float32Array(window + Math.max(0, Math.ceil((length - window) / hop)) * hop);
  const own = soundAt(sound, rate).subarray(0, heard);
  samples.set(own, before);
  return { samples, count: Int32Array.of(before + own.length + before) };
}
