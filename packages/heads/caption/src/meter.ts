import { required, type Meter, type Metric, type Tensor } from '@sensorium/contracts';
import type { Codec } from './codec.js';
import { countMistakes } from './mistakes.js';
import { addOverlaps, type Overlap } from './ngrams.js';
import { rowsOf } from './rows.js';
import { bleu, chrF, type Similarity } from './similarity.js';

/** Compares texts: chrF, BLEU, and how many are the same. A text's badness is 1 − its chrF. */
export function captionMeter(codec: Codec): Meter {
  const [chrf, words, mistakes] = [corpus(chrF), corpus(bleu), countMistakes()];
  let [texts, same] = [0, 0];
  const badness = (answer: string, truth: string): number => {
    texts++;
    words.add(answer, truth);
    mistakes.add(answer, truth);
    const likeness = chrf.add(answer, truth);
    if (answer !== truth) return 1 - likeness;
    same++;
    return 0;
  };
  return {
    reads: ['ids'],
    add(outputs, targets) {
      const answers = textsOf(required(outputs['ids'], 'the output "ids"'), codec);
      const truths = textsOf(required(targets['ids'], 'the target "ids"'), codec);
      return Float32Array.from(answers, (answer, row) => badness(answer, required(truths[row], `the truth ${row}`)));
    },
    result() {
      const table = mistakes.table();
      return {
        decides: 'chrf',
        metrics: {
          chrf: share(chrf.value(), 'chrF', 'How much answers are like the truths, by characters (Popović 2015).'),
          bleu: share(words.value(), 'BLEU', 'How many word sequences of answers are in the truths (Papineni 2002).'),
          exactMatch: share(same / texts, 'exact match', 'How many answers are the truth, letter by letter.'),
        },
        panels: table ? [table] : [],
      };
    },
  };
}

const share = (value: number, title: string, meaning: string): Metric => {
  return { value, better: 'higher', unit: '%', title, meaning };
};

const textsOf = (ids: Tensor, codec: Codec): string[] => rowsOf(ids).map((row) => codec.piecesOf(row).join(''));

/** Counts over all pairs that are added. */
function corpus({ count, value }: Similarity) {
  let all: readonly Overlap[] | undefined;
  return {
    /** @returns the likeness of this pair alone */
    add(answer: string, truth: string): number {
      const own = count(answer, truth);
      all = all ? addOverlaps(all, own) : own;
      return value(own);
    },
    value: (): number => value(required(all, 'a pair of texts')),
  };
}
