export { text } from './text.js';
export { createTokenizer, type PaddedIds, type Tokenizer } from './tokenizer.js';
