const [PADDING, UNKNOWN, FIRST_WORD] = [0, 1, 2];

/** The accents of Latin, Greek and Cyrillic letters. */
const ACCENTS = /[\u0300-\u036f]/g;
/** Letters and digits in a row are a word, and every other mark is one of its own. */
const WORD = /[\p{L}\p{M}\p{N}]+|[^\s\p{L}\p{M}\p{N}]/gu;

/** A text → `ids` int32 [tokens]: places in the vocabulary, cut or filled up to the length that the model has. */
export function prepare(text, { vocabulary, tokens, lowercase, stripAccents }) {
  const places = new Map(vocabulary.map((word, place) => [word, place + FIRST_WORD]));
  const ids = new Int32Array(tokens).fill(PADDING);
  const words = wordsOf(text, { lowercase, stripAccents }).slice(0, tokens);
  ids.set(words.map((word) => places.get(word) ?? UNKNOWN));
  return { ids };
}

function wordsOf(text, { lowercase, stripAccents }) {
  let plain = text.normalize('NFKC');
  if (lowercase) plain = plain.toLowerCase();
  if (stripAccents) plain = plain.normalize('NFD').replace(ACCENTS, '').normalize('NFC');
  return plain.match(WORD) ?? [];
}
