import type { Text } from '@sensorium/contracts';
import { conformsAsEncoder } from '@sensorium/testkit';
import { text } from './index.js';

const say = (value: string): Text => ({ kind: 'text', text: value });

conformsAsEncoder(text, {
  options: [
    {},
    { dim: 6, layers: 0, tokens: 3, lowercase: false, stripAccents: false },
    { dim: 6, heads: 3, layers: 2, dropout: 0.5, wordDropout: 0.5, maxTokens: 5, maxVocabulary: 4, minCount: 2 },
    { vocabulary: ['the', 'red'] },
  ],
  media: ['What is THE red thing?', 'the café, the cafe', '', '日本語 🙂'].map(say),
});
