export { createCutter, learnVocabulary, type VocabularyLimits } from './pieces.js';
export { text } from './text.js';
export { createTokenizer, type PaddedIds, tokenIdsExample, type Tokenizer } from './tokenizer.js';
