/**
 * Pieces of words: learned by byte pair encoding over characters (Gage 1994; Sennrich et al. 2016), found in a text from the
 * left, the longest first (Uzan et al. 2024 compare such ways). Pieces side by side are the text again, letter by letter.
 */

/** A word, a number or a run of marks, each with the space before it if there is one, or other white space. */
const WORD = / ?[\p{L}\p{M}]+| ?\p{N}+| ?[^\s\p{L}\p{M}\p{N}]+|\s+/gu;

const wordsOf = (text: string): string[] => text.match(WORD) ?? [];

/** Cuts a text into pieces of a vocabulary, and into single characters where none fits; none reaches over two words. */
export function createCutter(vocabulary: readonly string[]): (text: string) => string[] {
  const known = new Set(vocabulary);
  const longest = vocabulary.reduce((most, piece) => Math.max(most, [...piece].length), 1);
  const cut = (word: string): string[] => {
    const characters = [...word];
    const pieces: string[] = [];
    for (let start = 0; start < characters.length;) {
      let end = Math.min(characters.length, start + longest);
      while (end > start + 1 && !known.has(characters.slice(start, end).join(''))) end--;
      pieces.push(characters.slice(start, end).join(''));
      start = end;
    }
    return pieces;
  };
  return (text) => wordsOf(text).flatMap(cut);
}

export interface VocabularyLimits {
  /** The most pieces. */
  readonly size: number;
  /** How often neighbours must stand together to become a piece. */
  readonly minCount: number;
}

/**
 * What texts are made of: their characters, the most frequent first, then pieces, each the union of two neighbours that was
 * the most frequent at its turn. Those that no text is cut into in the end, being parts of longer ones, are left out. The
 * same texts in any order give the same vocabulary.
 */
export function learnVocabulary(texts: Iterable<string>, { size, minCount }: VocabularyLimits): string[] {
  const words = countWords(texts);
  const characters = frequentCharacters(words).slice(0, size);
  const pieces = learnUnions(words, { size: size - characters.length, minCount });
  const cut = createCutter([...characters, ...pieces]);
  const used = new Set(words.flatMap(({ text }) => cut(text)));
  return [...characters, ...pieces.filter((piece) => used.has(piece))];
}

/** Changes the pieces of the words. */
function learnUnions(words: readonly Word[], { size, minCount }: VocabularyLimits): string[] {
  const learned: string[] = [];
  const unions = new Unions();
  for (const word of words) unions.add(word);
  while (learned.length < size) {
    const best = unions.mostFrequent();
    if (!best || best.count < minCount) break;
    learned.push(best.union);
    for (const word of [...best.words]) {
      unions.remove(word);
      joinAll(word.pieces, best.union);
      unions.add(word);
    }
  }
  return learned;
}

/** What neighbours make together: of pieces a, b, c the unions ab, bc. */
const unionsOf = (pieces: readonly string[]): string[] =>
  pieces.slice(1).map((piece, index) => `${pieces[index]}${piece}`);

/** Neighbours that make the given union become it, from the left. */
function joinAll(pieces: string[], union: string): void {
  for (let at = 0; at < pieces.length - 1; at++) {
    if (`${pieces[at]}${pieces[at + 1]}` === union) pieces.splice(at, 2, union);
  }
}

interface Word {
  readonly text: string;
  /** Fewer and longer ones, the more unions are made. */
  readonly pieces: string[];
  readonly count: number;
}

function countWords(texts: Iterable<string>): Word[] {
  const counts = new Map<string, number>();
  for (const text of texts) for (const word of wordsOf(text)) counts.set(word, (counts.get(word) ?? 0) + 1);
  return [...counts].map(([text, count]) => ({ text, pieces: [...text], count }));
}

function frequentCharacters(words: readonly Word[]): string[] {
  const counts = new Map<string, number>();
  for (const { pieces, count } of words) {
    for (const character of pieces) counts.set(character, (counts.get(character) ?? 0) + count);
  }
  return [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1)).map(([character]) => character);
}

interface Union {
  readonly union: string;
  readonly words: Set<Word>;
  count: number;
}

/** How often neighbours stand together, kept up to date while words change: no turn counts the whole table again. */
class Unions {
  private readonly all = new Map<string, Union>();

  add(word: Word): void {
    for (const union of unionsOf(word.pieces)) {
      const entry = this.all.get(union) ?? { union, words: new Set(), count: 0 };
      entry.words.add(word);
      entry.count += word.count;
      this.all.set(union, entry);
    }
  }

  remove(word: Word): void {
    for (const union of unionsOf(word.pieces)) {
      const entry = this.all.get(union);
      // Of a word that has the union twice, the first time takes it out.
      if (!entry) continue;
      entry.words.delete(word);
      entry.count -= word.count;
      if (entry.count === 0) this.all.delete(union);
    }
  }

  /** Of equally frequent ones the first in code-point order. */
  mostFrequent(): Union | undefined {
    let best: Union | undefined;
    for (const entry of this.all.values()) {
      if (!best || entry.count > best.count || (entry.count === best.count && entry.union < best.union)) best = entry;
    }
    return best;
  }
}
