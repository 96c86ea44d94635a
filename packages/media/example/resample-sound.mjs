/** The mean of the channels of a sound, at a rate. */
export const soundAt = (sound, rate) => resampled(mono(sound), sound.rate, rate);

const mono = ({ channels }) =>
  Float32Array.from(channels[0], (_, at) => channels.reduce((sum, channel) => sum + channel[at], 0) / channels.length);

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
