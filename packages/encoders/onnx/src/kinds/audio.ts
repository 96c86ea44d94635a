import { required } from '@sensorium/contracts';
import { cast } from '@sensorium/graph';
import { resampleSound, toMono } from '@sensorium/media';
import { audio as modality, type Waveform } from '@sensorium/modality-audio';
import { wholeWindows, windowFor } from '../flow.js';
import type { Kind, Learning } from '../kind.js';
import { normalized } from '../normalize.js';
import type { OnnxOptions } from '../options.js';
import { misfit, notLearned } from '../problem.js';

const MOST_SECONDS = 30;

/** Sound, as the samples of the mean of its channels at the rate of the file, from its beginning on. */
export const audio: Kind<Waveform> = {
  modality,
  learn: learnSound,
  create(given) {
    const { file, rate, seconds, silence, window: size = 1, hop = size } = given;
    if (rate === undefined || seconds === undefined) throw notLearned(file, 'the rate and the length of the sound are');
    const heard = Math.max(1, Math.round(seconds * rate));
    const before = Math.round(silence * rate);
    const length = wholeWindows(before + heard + before, size, hop);
    return {
      kept: { samples: { dtype: 'float32', shape: [length] }, count: { dtype: 'int32', shape: [] } },
      needs: { rate, channels: 1 },
      prepare(value) {
        const own = samplesOf(value, rate).subarray(0, heard);
        const data = new Float32Array(length);
        data.set(own, before);
        return {
          samples: { dtype: 'float32', shape: [1, length], data },
          count: { dtype: 'int32', shape: [1], data: Int32Array.of(before + own.length + before) },
        };
      },
      notes: (value) => notesOf(value, seconds),
      flow: ({ samples }) => ({
        values: { samples: normalized(required(samples, 'the input "samples"'), given) },
        places: Array.from({ length }, (_, index) => index + 0.5),
      }),
      length: ({ count }) => cast(required(count, 'the input "count"'), 'float32'),
    };
  },
};

/** The mean of all channels, at a rate. */
function samplesOf(value: Waveform, rate: number): Float32Array {
  const [samples] = resampleSound(toMono(value), rate).channels;
  return required(samples, 'a channel');
}

const secondsOf = ({ rate, channels: [first] }: Waveform): number => required(first, 'a channel').length / rate;

function notesOf(value: Waveform, seconds: number): string[] {
  const own = secondsOf(value);
  return own > seconds ? [`cut to the first ${rounded(seconds)} of ${rounded(own)} s`] : [];
}

const rounded = (seconds: number): number => Number(seconds.toFixed(2));

async function learnSound({ given, values, input }: Learning<Waveform>): Promise<Partial<OnnxOptions>> {
  const { file, rate } = given;
  if (rate === undefined) {
    throw misfit(
      file,
      'nothing says how many samples a second the file takes',
      'Look where it was published, and write "rate": 16000 as a rule.',
    );
  }
  const window = given.window ?? windowFor(input.shape, 1);
  const seconds = given.seconds ?? (await longest(values, (window ?? 1) / rate));
  return { seconds, ...(window !== undefined && { window }) };
}

async function longest(values: AsyncIterable<Waveform>, least: number): Promise<number> {
  let most = least;
  for await (const value of values) most = Math.max(most, secondsOf(value));
  return Math.min(most, MOST_SECONDS);
}
