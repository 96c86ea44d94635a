const [PADDING, UNKNOWN, FIRST_WORD] = [0, 1, 2];

/** The accents of Latin, Greek and Cyrillic letters. */
const ACCENTS = /[\u0300-\u036f]/g;
/** What is not seen: soft hyphens, joiners, the choice between ❤ and ❤️. */
const INVISIBLE = /[\p{Cf}\ufe00-\ufe0f\u{e0100}-\u{e01ef}]/gu;
/** Blocks of scripts without spaces between words: Thai, Lao, Myanmar, Khmer, Japanese, Chinese. */
const UNSPACED =
  '\\u0e00-\\u0eff\\u1000-\\u109f\\u1780-\\u17ff\\u3005-\\u3007\\u3040-\\u30ff\\u31f0-\\u31ff\\u3400-\\u4dbf\\u4e00-\\u9fff' +
  '\\ua9e0-\\ua9ff\\uaa60-\\uaa7f\\uf900-\\ufaff\\u{1b000}-\\u{1b16f}\\u{20000}-\\u{3ffff}';
const SPACED_LETTER = `(?![${UNSPACED}])[\\p{L}\\p{N}]`;
const UNSPACED_LETTER = `(?=[${UNSPACED}])[\\p{L}\\p{N}]`;
/** A run of letters without spaces; a word of letters, digits and their marks; or another character. */
const WORD = new RegExp(
  `(?:${UNSPACED_LETTER}\\p{M}*)+|${SPACED_LETTER}(?:\\p{M}|${SPACED_LETTER})*|[^\\s\\p{M}]\\p{M}*`,
  'gu',
);
const RUN = new RegExp(`^${UNSPACED_LETTER}`, 'u');
const CHARACTER = /\P{M}\p{M}*/gu;

/** A word, a number or a run of marks, each with the space before it if there is one, or other white space. */
const PIECE = / ?[\p{L}\p{M}]+| ?\p{N}+| ?[^\s\p{L}\p{M}\p{N}]+|\s+/gu;

/** A text → `ids` int32 [tokens]: places in the vocabulary, cut or filled up to the length that the model has. */
export function prepare(text, { vocabulary = [], tokens, lowercase, stripAccents, unspaced, units }) {
  const places = new Map(vocabulary.map((word, place) => [word, place + FIRST_WORD]));
  const ids = new Int32Array(tokens).fill(PADDING);
  const plain = plainOf(text, { lowercase, stripAccents });
  const words = units === 'pieces' ? piecesOf(plain, places) : wordsOf(plain, unspaced, places);
  ids.set(words.slice(0, tokens).map((word) => places.get(word) ?? UNKNOWN));
  return { ids };
}

const longestOf = (places, characters) =>
  Math.max(1, ...Array.from(places.keys(), (word) => (characters(word) ?? []).length));

function wordsOf(plain, unspaced, places) {
  const longest = unspaced === 'words' ? longestOf(places, (word) => word.match(CHARACTER)) : 1;
  return (plain.match(WORD) ?? []).flatMap((word) =>
    RUN.test(word) ? longestWords(word.match(CHARACTER), places, longest) : word,
  );
}

function piecesOf(plain, places) {
  const longest = longestOf(places, (word) => [...word]);
  return (plain.match(PIECE) ?? []).flatMap((word) => longestWords([...word], places, longest));
}

function plainOf(text, { lowercase, stripAccents }) {
  let plain = text
    .replace(/\u200b/g, ' ')
    .replace(INVISIBLE, '')
    .normalize('NFKC');
  if (lowercase) plain = plain.toLowerCase();
  if (stripAccents) plain = plain.normalize('NFD').replace(ACCENTS, '').normalize('NFC');
  return plain;
}

/** From the left the longest words that are known, and single characters where none is. */
function longestWords(characters, places, longest) {
  const words = [];
  for (let start = 0; start < characters.length;) {
    let end = Math.min(start + longest, characters.length);
    while (end > start + 1 && !places.has(characters.slice(start, end).join(''))) end--;
    words.push(characters.slice(start, end).join(''));
    start = end;
  }
  return words;
}
