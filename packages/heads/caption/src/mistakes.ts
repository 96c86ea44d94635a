import type { Panel } from '@sensorium/contracts';
import { countItems } from './ngrams.js';
import { wordsOf } from './similarity.js';

/** Rows of the table. */
const WORST = 20;

/** Words that answers lack or have too many of. */
export interface Mistakes {
  add(answer: string, truth: string): void;
  /** The words that are wrong most often; null where none is. */
  table(): Panel | null;
}

interface Count {
  truths: number;
  missing: number;
  invented: number;
}

export function countMistakes(): Mistakes {
  const counts = new Map<string, Count>();
  const wrong = ({ missing, invented }: Count): number => missing + invented;
  return {
    add(answer, truth) {
      const [said, wanted] = [countItems(wordsOf(answer)), countItems(wordsOf(truth))];
      for (const word of new Set([...said.keys(), ...wanted.keys()])) {
        const [own, right] = [said.get(word) ?? 0, wanted.get(word) ?? 0];
        const count = counts.get(word) ?? { truths: 0, missing: 0, invented: 0 };
        count.truths += right;
        count.missing += Math.max(0, right - own);
        count.invented += Math.max(0, own - right);
        counts.set(word, count);
      }
    },
    table() {
      const rows = [...counts]
        .filter(([, count]) => wrong(count) > 0)
        .sort(([a, one], [b, other]) => wrong(other) - wrong(one) || (a < b ? -1 : 1))
        .slice(0, WORST)
        .map(([word, { truths, missing, invented }]) => [word, truths, missing, invented]);
      if (rows.length === 0) return null;
      return {
        title: 'Words that are wrong most often',
        meaning: 'How often a word stands in the true texts, is missing in answers, and is in answers too often.',
        kind: 'table',
        columns: ['word', 'in truths', 'missing', 'invented'],
        rows,
      };
    },
  };
}
