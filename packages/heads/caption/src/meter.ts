import {
  required,
  type Baseline,
  type Estimate,
  type Meter,
  type Metric,
  type Tensor,
  type Tensors,
} from '@sensorium/contracts';
import { estimates, share } from '@sensorium/statistics';
import { countTruths } from './baseline.js';
import type { Codec } from './codec.js';
import { countMistakes } from './mistakes.js';
import { rowsOf } from './rows.js';
import { chrF } from './similarity.js';
import { likenessOf, tallyOfLikeness } from './tally.js';

/**
 * Compares texts: chrF, BLEU, and how many are the same. A text's badness is 1 − its chrF. Baselines are those of always the
 * commonest truth.
 */
export function captionMeter(codec: Codec): Meter {
  const [likeness, mistakes, truths] = [estimates(tallyOfLikeness), countMistakes(), countTruths()];
  let [texts, same] = [0, 0];
  const badness = (answer: string, truth: string): number => {
    const own = likenessOf(answer, truth);
    likeness.add(own);
    mistakes.add(answer, truth);
    truths.add(truth);
    texts++;
    if (answer !== truth) return 1 - chrF.value(own.characters);
    same++;
    return 0;
  };
  return {
    reads: ['ids'],
    add: (outputs, targets) => Float32Array.from(pairsOf(outputs, targets, codec), (pair) => badness(...pair)),
    details: (outputs, targets) =>
      pairsOf(outputs, targets, codec).map(([answer, truth]) =>
        answer === truth ? [] : [{ title: 'chrF', text: percent(chrF.value(likenessOf(answer, truth).characters)) }],
      ),
    result(options) {
      const { chrf, bleu } = likeness.result(options);
      const table = mistakes.table();
      const always = truths.baselines();
      return {
        decides: 'chrf',
        metrics: {
          chrf: metric(
            chrf,
            always.chrf,
            'chrF',
            'How much answers are like the truths, by characters (Popović 2015).',
          ),
          bleu: metric(
            bleu,
            always.bleu,
            'BLEU',
            'How many word sequences of answers are in the truths (Papineni 2002).',
          ),
          exactMatch: metric(
            share(same, texts),
            always.exactMatch,
            'exact match',
            'How many answers are the truth, letter by letter.',
          ),
        },
        panels: table ? [table] : [],
      };
    },
  };
}

const metric = (estimate: Estimate | undefined, baseline: Baseline, title: string, meaning: string): Metric => {
  return { ...required(estimate, title), better: 'higher', unit: '%', title, meaning, baseline };
};

const percent = (value: number): string => `${(100 * value).toFixed(1)} %`;

function pairsOf(outputs: Tensors, targets: Tensors, codec: Codec): [answer: string, truth: string][] {
  const answers = textsOf(required(outputs['ids'], 'the output "ids"'), codec);
  const truths = textsOf(required(targets['ids'], 'the target "ids"'), codec);
  return answers.map((answer, row) => [answer, required(truths[row], `the truth ${row}`)]);
}

const textsOf = (ids: Tensor, codec: Codec): string[] => rowsOf(ids).map((row) => codec.piecesOf(row).join(''));
