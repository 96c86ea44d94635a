import type { Modality } from '@sensorium/contracts';
import { badMedia, describeValue } from '@sensorium/media';

/**
 * Labels: a text exactly as it stands, with its case and its spaces. A number or boolean of JSON becomes its text, so that
 * `1` in JSON Lines and `1` in CSV are one label.
 */
export const category: Modality<string> = {
  name: 'category',
  from: 'cell',
  exclusive: false,
  version: '1',
  async decode(source, { name = 'label' }) {
    if (typeof source === 'string') return source;
    if (typeof source === 'number' || typeof source === 'boolean') return String(source);
    throw badMedia(name, `is ${describeValue(source)}; expected a label`, {
      hint: 'Give a text, a number or a boolean.',
    });
  },
  async recognises(cells) {
    const labels = new Set(cells.map(String));
    const isRepeated = cells.length >= 2 * labels.size;
    return isRepeated ? { certainty: 0.6, because: `${labels.size} different labels` } : undefined;
  },
  show: (value) => ({ kind: 'text', text: value }),
};
