import { SensoriumError, type Modality, type Source } from '@sensorium/contracts';

export interface Words {
  readonly text: string;
}

/** Texts that stand in cells. It keeps all rules. */
export const words: Modality<Words> = {
  name: 'words',
  from: 'cell',
  exclusive: false,
  version: '1',
  async decode(source) {
    if (isWords(source)) return source;
    if (typeof source !== 'object') return { text: String(source) };
    throw new SensoriumError({ code: 'SENSORIUM_BAD_MEDIA', message: 'this is no text' });
  },
  show: ({ text }) => ({ kind: 'text', text }),
};

const isWords = (source: Source): source is Words =>
  typeof source === 'object' && 'text' in source && typeof source.text === 'string';
