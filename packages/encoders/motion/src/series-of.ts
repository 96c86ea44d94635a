import { required, type Tensors } from '@sensorium/contracts';
import type { Motion } from '@sensorium/modality-motion';
import type { LearnedOptions } from './options.js';

/** The rows of one window that are there: [1,1,C,T] and [1,1,T] → [rows,C]. */
export function seriesOf(drawn: Tensors, { names, rate }: LearnedOptions): Motion {
  const valid = required(drawn['valid'], 'the drawn tensor "valid"').data;
  const values = required(drawn['values'], 'the drawn tensor "values"').data;
  const rows = [...valid.keys()].filter((row) => Number(valid[row]) === 1);
  const series = rows.flatMap((row) => names.map((_, channel) => Number(values[channel * valid.length + row])));
  return { channels: names, values: Float32Array.from(series), time: rate };
}
