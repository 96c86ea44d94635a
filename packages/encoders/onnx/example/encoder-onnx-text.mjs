import { paddedIds } from './token-ids.mjs';

/** A text → `ids` int32 [length] of its tokenizer.json, and `count`, how many of them are the text's. */
export const prepare = (text, { length, tokenizerJson }) => paddedIds(text, length, tokenizerJson);
