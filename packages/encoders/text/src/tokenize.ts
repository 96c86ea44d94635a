export interface Tolerance {
  /** Upper and lower case are the same. */
  readonly lowercase: boolean;
  /** é and e are the same. */
  readonly stripAccents: boolean;
}

/** The words of a text in a script without spaces: Chinese, Japanese, Thai. */
export type Segment = (run: string) => readonly string[];

/** The accents of Latin, Greek and Cyrillic letters. Marks of other scripts make other words: Hindi vowels, が and か. */
const ACCENTS = /[\u0300-\u036f]/g;

/** What joins, hints and chooses how characters are drawn: soft hyphens, the ❤️ of ❤. */
const INVISIBLE = /[\p{Cf}\ufe00-\ufe0f\u{e0100}-\u{e01ef}]/gu;
/** An end of a word that cannot be seen, in Thai and Khmer; formally it is as invisible as those. */
const ZERO_WIDTH_SPACE = /\u200b/g;

/**
 * Blocks of scripts that have no spaces between words: Thai, Lao; Myanmar; Khmer; 々〆〇, Hiragana, Katakana; ideographs. Blocks,
 * because these never change, while what engines know of scripts does.
 */
const UNSPACED =
  '\\u0e00-\\u0eff\\u1000-\\u109f\\u1780-\\u17ff\\u3005-\\u3007\\u3040-\\u30ff\\u31f0-\\u31ff\\u3400-\\u4dbf\\u4e00-\\u9fff' +
  '\\ua9e0-\\ua9ff\\uaa60-\\uaa7f\\uf900-\\ufaff\\u{1b000}-\\u{1b16f}\\u{20000}-\\u{3ffff}';

const SPACED_LETTER = `(?![${UNSPACED}])[\\p{L}\\p{N}]`;
const UNSPACED_LETTER = `(?=[${UNSPACED}])[\\p{L}\\p{N}]`;

/** A run of letters without spaces; a word; or another character. Marks belong to what they follow and begin nothing. */
const WORD = new RegExp(
  `(?:${UNSPACED_LETTER}\\p{M}*)+|${SPACED_LETTER}(?:\\p{M}|${SPACED_LETTER})*|[^\\s\\p{M}]\\p{M}*`,
  'gu',
);
const RUN = new RegExp(`^${UNSPACED_LETTER}`, 'u');
const CHARACTER = /\P{M}\p{M}*/gu;

/** Each with its marks. */
export const charactersOf: Segment = (run) => run.match(CHARACTER) ?? [];

/**
 * Words, numbers and single other characters of a text, in order. Unicode NFKC first: ﬁ is fi, ２ is 2.
 *
 * @param segment what becomes of text in scripts without spaces
 */
export function tokenize(text: string, tolerance: Tolerance, segment: Segment): string[] {
  const words = plainOf(text, tolerance).match(WORD) ?? [];
  return words.flatMap((word) => (RUN.test(word) ? segment(word) : word));
}

/** Unicode NFKC, without what is not seen, and what is tolerated made alike. */
export function plainOf(text: string, { lowercase, stripAccents }: Tolerance): string {
  let plain = text.replace(ZERO_WIDTH_SPACE, ' ').replace(INVISIBLE, '').normalize('NFKC');
  if (lowercase) plain = plain.toLowerCase();
  if (stripAccents) plain = plain.normalize('NFD').replace(ACCENTS, '').normalize('NFC');
  return plain;
}
