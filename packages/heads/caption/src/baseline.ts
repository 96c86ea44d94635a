import type { Baseline } from '@sensorium/contracts';
import { likenessOf, tallyOfLikeness } from './tally.js';

/** A title has no more characters of the text. */
const SHOWN = 40;

/** Of each metric. */
export type Baselines = Readonly<Record<'chrf' | 'bleu' | 'exactMatch', Baseline>>;

/** Keeps the different truths, for what always the same answer reaches: the commonest of them, the first of equally common ones. */
export function countTruths() {
  const counts = new Map<string, number>();
  return {
    add(truth: string): void {
      counts.set(truth, (counts.get(truth) ?? 0) + 1);
    },
    /** Of at least one truth. */
    baselines(): Baselines {
      const [answer, most] = [...counts].reduce((best, one) => (one[1] > best[1] ? one : best));
      const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
      const tally = tallyOfLikeness();
      for (const [truth, count] of counts) {
        const likeness = likenessOf(answer, truth);
        for (let time = 0; time < count; time++) tally.add(likeness);
      }
      const title = `always “${shortened(answer)}”`;
      const { chrf, bleu } = tally.values();
      return {
        chrf: { value: chrf, title },
        bleu: { value: bleu, title },
        exactMatch: { value: most / total, title },
      };
    },
  };
}

function shortened(text: string): string {
  const characters = [...text.replaceAll(/\s+/gu, ' ').trim()];
  return characters.length > SHOWN ? `${characters.slice(0, SHOWN - 1).join('')}…` : characters.join('');
}
