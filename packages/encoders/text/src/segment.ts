import { charactersOf, type Segment } from './tokenize.js';

/** How text in scripts without spaces becomes words. */
export type Unspaced = 'characters' | 'words';

/**
 * `characters`, or the longest words of a vocabulary, one after the other from the left, and characters where it has none. What
 * the engine knows of languages plays no part: the same model cuts a text in the same way everywhere.
 */
export function segmentBy(unspaced: Unspaced, vocabulary: readonly string[]): Segment {
  return unspaced === 'characters' ? charactersOf : longestWords(vocabulary);
}

function longestWords(vocabulary: readonly string[]): Segment {
  const known = new Set(vocabulary);
  const longest = vocabulary.reduce((most, word) => Math.max(most, charactersOf(word).length), 1);
  return (run) => {
    const characters = charactersOf(run);
    const words: string[] = [];
    for (let start = 0; start < characters.length;) {
      let end = Math.min(start + longest, characters.length);
      while (end > start + 1 && !known.has(characters.slice(start, end).join(''))) end--;
      words.push(characters.slice(start, end).join(''));
      start = end;
    }
    return words;
  };
}

/**
 * What a vocabulary is learned from: `characters`, or the words that the engine's `Intl.Segmenter` finds, and the characters of
 * them, which stand for words that are not known.
 */
export function learningSegment(unspaced: Unspaced): Segment {
  if (unspaced === 'characters') return charactersOf;
  // One language for all, so that the machine's own plays no part: dictionaries are chosen by script.
  const segmenter = new Intl.Segmenter('en', { granularity: 'word' });
  return (run) => {
    const words = Array.from(segmenter.segment(run), ({ segment }) => segment);
    return words.flatMap((word) => {
      const characters = charactersOf(word);
      return characters.length > 1 ? [word, ...characters] : [word];
    });
  };
}
