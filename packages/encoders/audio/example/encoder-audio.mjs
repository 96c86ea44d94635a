/**
 * A sound → `samples` float32 [windows,samples] and `span` float32 [windows,2], where in each window the sound begins and ends: the
 * mean of its channels, at the model's rate, cut to its middle, in windows. All else is in the model: spectrogram and scale.
 */
export function prepare(sound, { rate, seconds, longest, windows }) {
  const frame = Math.round(rate * 0.025);
  const size = Math.max(frame, Math.round(seconds * rate));
  const most = Math.max(size, Math.round(longest * rate));
  const count = Math.min(windows, Math.ceil(most / size));
  const all = resampled(mono(sound), sound.rate, rate);
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

const mono = ({ channels }) =>
  Float32Array.from(channels[0], (_, at) => channels.reduce((sum, channel) => sum + channel[at], 0) / channels.length);

/** From the first sample to the last; a single window is in the middle. */
function startsOf(length, count, size) {
  const needed = Math.min(count, Math.max(1, Math.ceil(length / size)));
  const free = Math.max(0, length - size);
  if (needed === 1) return [Math.floor(free / 2)];
  return Array.from({ length: needed }, (_, window) => Math.round((window * free) / (needed - 1)));
}

/** A sinc of 64 zero crossings that ends at 0.95 of the lower rate's half, in a Kaiser window. */
function resampled(samples, from, to) {
  if (from === to) return samples;
  const divisor = greatestCommonDivisor(Math.round(from * 1000), Math.round(to * 1000)) / 1000;
  const [up, down] = [to / divisor, from / divisor];
  const scale = 0.95 * Math.min(1, to / from);
  const radius = Math.ceil(64 / scale);
  const phases = new Map();
  return Float32Array.from({ length: Math.ceil((samples.length * to) / from) }, (_, output) => {
    const before = Math.floor((output * down) / up);
    const phase = Math.round(output * down - before * up);
    if (!phases.has(phase)) phases.set(phase, weights(phase / up, scale, radius));
    const first = before + 1 - radius;
    return phases.get(phase).reduce((sum, weight, tap) => sum + weight * (samples[first + tap] ?? 0), 0);
  });
}

const greatestCommonDivisor = (a, b) => (b === 0 ? a : greatestCommonDivisor(b, a % b));

const BETA = 0.1102 * (104 - 8.7);

function weights(offset, scale, radius) {
  const all = Float64Array.from({ length: 2 * radius }, (_, tap) => {
    const x = (tap + 1 - radius - offset) * scale;
    const window = Math.abs(x) > 64 ? 0 : bessel(BETA * Math.sqrt(1 - (x / 64) ** 2)) / bessel(BETA);
    return (x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x)) * window;
  });
  const sum = all.reduce((total, weight) => total + weight, 0);
  return all.map((weight) => weight / sum);
}

function bessel(x) {
  let [sum, term] = [1, 1];
  for (let k = 1; term > sum * 1e-17; k++) sum += term *= (x / (2 * k)) ** 2;
  return sum;
}
