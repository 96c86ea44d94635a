import { paddedIds } from './token-ids.mjs';

/** A text → `ids` int32 [tokens] of the model's own tokenizer, and `count`, how many of them are the text's. */
export const prepare = (text, { tokens, tokenizer, tokenizerConfig }) =>
  paddedIds(text, tokens, tokenizer, tokenizerConfig);
