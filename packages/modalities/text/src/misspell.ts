import { required, type Random } from '@sensorium/contracts';
import { WORD } from './word.js';

/** Keys beside each other on a keyboard of letters as English has it. */
const neighbours: Readonly<Record<string, string>> = {
  ...{ q: 'wa', w: 'qes', e: 'wrd', r: 'etf', t: 'ryg', y: 'tuh', u: 'yij', i: 'uok', o: 'ipl', p: 'ol' },
  ...{ a: 'qsz', s: 'awdxz', d: 'sefxc', f: 'drgcv', g: 'ftvhb', h: 'gybjn', j: 'hukmn', k: 'jiml', l: 'kop' },
  ...{ z: 'asx', x: 'zsdc', c: 'xdfv', v: 'cfgb', b: 'vghn', n: 'bhjm', m: 'njk' },
};

/** What happens to a word: its letters, at least one → what is written. */
type Mistake = (letters: readonly string[], random: Random) => readonly string[];

/**
 * The five mistakes of MultiBench (https://github.com/pliang279/MultiBench, robustness/text_robust.py), and a word that is left
 * out. MultiBench makes them in words of five letters and more, of which it spares the first; here they happen in all words.
 */
const mistakes: readonly Mistake[] = [swapNeighbours, shuffleMiddle, hitNeighbour, repeatLetter, omitLetter, () => []];

/**
 * A text as a hasty writer types it: each word has a mistake with the probability `level`, one of six: two letters swapped, all but
 * the first and last shuffled, a key beside the right one, a letter twice, a letter left out, the word left out.
 *
 * @param level 0…1
 */
export function misspell(text: string, level: number, random: Random): string {
  return text.replace(WORD, (word, offset: number) => {
    const own = random.fork(String(offset));
    if (own.uniform() >= level) return word;
    const mistake = required(mistakes[own.integer(mistakes.length)], 'a mistake');
    return mistake([...word], own).join('');
  });
}

function swapNeighbours(letters: readonly string[], random: Random): readonly string[] {
  if (letters.length < 2) return letters;
  const at = random.integer(letters.length - 1);
  return [...letters.slice(0, at), ...letters.slice(at, at + 2).toReversed(), ...letters.slice(at + 2)];
}

function shuffleMiddle(letters: readonly string[], random: Random): readonly string[] {
  const keyed = letters.slice(1, -1).map((letter) => ({ letter, key: random.uniform() }));
  const middle = keyed.toSorted((a, b) => a.key - b.key).map(({ letter }) => letter);
  return [...letters.slice(0, 1), ...middle, ...letters.slice(Math.max(1, letters.length - 1))];
}

/** Letters that are not on that keyboard stay. */
function hitNeighbour(letters: readonly string[], random: Random): readonly string[] {
  const at = random.integer(letters.length);
  const letter = required(letters[at], 'a letter');
  const keys = Object.hasOwn(neighbours, letter.toLowerCase()) ? neighbours[letter.toLowerCase()] : undefined;
  if (keys === undefined) return letters;
  const key = keys.charAt(random.integer(keys.length));
  return letters.with(at, letter === letter.toLowerCase() ? key : key.toUpperCase());
}

function repeatLetter(letters: readonly string[], random: Random): readonly string[] {
  const at = random.integer(letters.length);
  return [...letters.slice(0, at + 1), ...letters.slice(at)];
}

function omitLetter(letters: readonly string[], random: Random): readonly string[] {
  return letters.toSpliced(random.integer(letters.length), 1);
}
