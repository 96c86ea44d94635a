import type { Modality } from '@sensorium/contracts';
import { badMedia, describeValue } from '@sensorium/media';
import { parseNumber } from './parse-number.js';

/** So few different whole numbers may as well be names of something. */
const FEW = 12;

/**
 * Finite numbers: of JSON, or as people write them: `3.5`, `-2`, `1e3`, `1 234.5`, `1,234,567`. A comma that may be a decimal
 * one as well as one of thousands is refused, and so is everything else: nothing is guessed.
 */
export const number: Modality<number> = {
  name: 'number',
  from: 'cell',
  exclusive: false,
  version: '1',
  async decode(source, { name = 'number' }) {
    const value = typeof source === 'string' ? parseNumber(source) : source;
    if (typeof value === 'number' && Number.isFinite(value)) return value;
    throw badMedia(name, `is ${describeValue(source)}; expected a number`, {
      hint: 'Write it with a decimal point, such as 1234.5, and without a unit. A missing number is an empty cell.',
    });
  },
  async recognises(cells) {
    const values = cells.map((cell) => (typeof cell === 'string' ? parseNumber(cell) : Number(cell)));
    if (cells.some((cell) => typeof cell === 'boolean') || !values.every(Number.isFinite)) return undefined;
    const [least, most] = [values.reduce((a, b) => Math.min(a, b)), values.reduce((a, b) => Math.max(a, b))];
    const isFew = new Set(values).size <= FEW && values.every(Number.isInteger);
    return { certainty: isFew ? 0.4 : 0.9, because: `numbers from ${least} to ${most}` };
  },
  show: (value) => ({ kind: 'text', text: String(value) }),
};
