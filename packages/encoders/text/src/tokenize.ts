export interface Tolerance {
  /** Upper and lower case are the same. */
  readonly lowercase: boolean;
  /** é and e are the same. */
  readonly stripAccents: boolean;
}

/** The accents of Latin, Greek and Cyrillic letters. Marks of other scripts make other words: Hindi vowels, が and か. */
const ACCENTS = /[\u0300-\u036f]/g;
const WORD = /[\p{L}\p{M}\p{N}]+|[^\s\p{L}\p{M}\p{N}]/gu;

/** Words, numbers and single punctuation marks of a text, in order. Unicode NFKC first: ﬁ is fi, ２ is 2. */
export function tokenize(text: string, { lowercase, stripAccents }: Tolerance): string[] {
  let plain = text.normalize('NFKC');
  if (lowercase) plain = plain.toLowerCase();
  if (stripAccents) plain = plain.normalize('NFD').replace(ACCENTS, '').normalize('NFC');
  return plain.match(WORD) ?? [];
}
