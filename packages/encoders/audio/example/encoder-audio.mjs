import { soundAt } from './resample-sound.mjs';

/**
 * A sound → `samples` float32 [windows,samples] and `span` float32 [windows,2], where in each window the sound begins and ends: the
 * mean of its channels, at the model's rate, cut to its middle, in windows. All else is in the model: spectrogram and scale.
 */
export function prepare(sound, { rate, seconds, longest, windows }) {
  const frame = Math.round(rate * 0.025);
  const size = Math.max(frame, Math.round(seconds * rate));
  const most = Math.max(size, Math.round(longest * rate));
  const count = Math.min(windows, Math.ceil(most / size));
  const all = soundAt(sound, rate);
  const first = Math.max(0, all.length - most) >> 1;
  const kept = all.subarray(first, first + most);
  const samples = new Float32Array(count * size);
  const span = new Float32Array(count * 2);
  for (const [window, start] of startsOf(kept.length, count, size).entries()) {
    const part = kept.subarray(start, start + size);
    samples.set(part, window * size);
    span[window * 2 + 1] = part.length;
  }
  return { samples, span };
}

/** From the first sample to the last; a single window is in the middle. */
function startsOf(length, count, size) {
  const needed = Math.min(count, Math.max(1, Math.ceil(length / size)));
  const free = Math.max(0, length - size);
  if (needed === 1) return [Math.floor(free / 2)];
  return Array.from({ length: needed }, (_, window) => Math.round((window * free) / (needed - 1)));
}
