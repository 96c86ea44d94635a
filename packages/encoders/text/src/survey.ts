import { required, type Survey, type Surveyed, type Warning } from '@sensorium/contracts';

export interface SurveyOptions {
  readonly tokenize: (text: string) => readonly string[];
  /** Tokens of a text that are read. */
  readonly length: number;
  readonly isKnown: (word: string) => boolean;
  /** How many words are known. */
  readonly vocabulary: number;
}

/** A smaller share of unknown words is as it should be. */
const UNKNOWN_SHARE = 0.02;
/** Where a larger share of at least so many different words stands in one place alone, they are not the words of a language. */
const [ONCE_SHARE, FEW_WORDS] = [0.85, 100];
/** Words that are named. */
const MOST_NAMED = 5;

/** Counts over texts, each as often as it stands in the table. */
interface Counts {
  readonly texts: number;
  /** Of them, so many are trained on. */
  readonly trained: number;
  readonly cut: number;
  readonly lengths: readonly number[];
  readonly words: number;
  readonly unknown: number;
  readonly byWord: ReadonlyMap<string, number>;
}

/** What is known of texts before training: how long they are, what of them is cut, and which words are not known. */
export async function surveyTexts(options: SurveyOptions, values: AsyncIterable<Surveyed<string>>): Promise<Survey> {
  const counts = await countWords(options, values);
  const { lengths } = counts;
  const middle = required(lengths[Math.floor(lengths.length / 2)], 'the median length');
  const longest = required(lengths.at(-1), 'the longest text');
  return {
    facts: [
      `as a rule ${middle} ${middle === 1 ? 'word' : 'words'}, at most ${longest}`,
      `${options.vocabulary} different words are known`,
    ],
    warnings: [...cutTexts(counts, options), ...unknownWords(counts, options), ...wordsOnce(counts)],
  };
}

async function countWords(
  { tokenize, length, isKnown }: SurveyOptions,
  values: AsyncIterable<Surveyed<string>>,
): Promise<Counts> {
  const counts = { texts: 0, trained: 0, cut: 0, words: 0, unknown: 0 };
  const lengths: number[] = [];
  const byWord = new Map<string, number>();
  for await (const { value, rows, trained } of values) {
    const words = tokenize(value);
    lengths.push(words.length);
    counts.texts += rows;
    counts.trained += trained;
    counts.words += rows * words.length;
    if (words.length > length) counts.cut += rows;
    for (const word of words) {
      byWord.set(word, (byWord.get(word) ?? 0) + rows);
      if (!isKnown(word)) counts.unknown += rows;
    }
  }
  return { ...counts, lengths: lengths.sort((a, b) => a - b), byWord };
}

function cutTexts({ texts, cut, lengths }: Counts, { length }: SurveyOptions): Warning[] {
  if (cut === 0) return [];
  return [
    {
      code: 'text-cut',
      message: `${cut} of ${texts} texts ${cut === 1 ? 'is' : 'are'} longer than ${length} tokens, the longest ${required(lengths.at(-1), 'the longest text')}: what stands behind is not read`,
      hint: 'Raise maxTokens, or put what matters first; attention takes time with the square of the length.',
    },
  ];
}

function unknownWords({ words, unknown, byWord }: Counts, { isKnown }: SurveyOptions): Warning[] {
  if (unknown <= UNKNOWN_SHARE * words) return [];
  const names = [...byWord].filter(([word]) => !isKnown(word)).sort(([, a], [, b]) => b - a);
  const named = names.slice(0, MOST_NAMED).map(([word]) => `“${word}”`);
  return [
    {
      code: 'words-unknown',
      message: `${Math.round((100 * unknown) / words)} % of the words are beyond the vocabulary and look alike to the model: ${named.join(', ')}${names.length > MOST_NAMED ? ', …' : ''}`,
      hint: 'Train on texts that have them, raise maxVocabulary, or lower minCount.',
    },
  ];
}

function wordsOnce({ byWord, trained }: Counts): Warning[] {
  if (trained === 0) return [];
  const once = [...byWord.values()].filter((count) => count === 1).length;
  if (byWord.size < FEW_WORDS || once < ONCE_SHARE * byWord.size) return [];
  return [
    {
      code: 'words-once',
      message: `${once} of ${byWord.size} different words stand in one place alone, so that nothing is learned of them`,
      hint: 'More texts are needed; names and codes that never come again teach nothing.',
    },
  ];
}
