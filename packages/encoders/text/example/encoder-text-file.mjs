import { idsOf } from './token-ids.mjs';

const FIRST_WORD = 2;

/** A text → `ids` int32 [tokens]: those of its tokenizer.json, each 2 higher, cut or filled up with 0. */
export function prepare(text, { tokens, tokenizerJson }) {
  const ids = new Int32Array(tokens);
  ids.set(
    idsOf(text, tokenizerJson)
      .slice(0, tokens)
      .map((id) => id + FIRST_WORD),
  );
  return { ids };
}
