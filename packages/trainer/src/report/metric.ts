import type { Metric } from '@sensorium/contracts';

/** What people call a metric: `rootMeanSquare` becomes “Root mean square” where its head gives no title, `chrF` stays. */
export function titleOf(name: string, { title }: Pick<Metric, 'title'>): string {
  const words =
    title ?? name.replace(/([a-z])([A-Z])/g, (_, last: string, first: string) => `${last} ${first.toLowerCase()}`);
  return /^\p{Ll}+(?!\p{L})/u.test(words) ? words.charAt(0).toUpperCase() + words.slice(1) : words;
}

/** The same within a sentence: `root mean square`, and `BLEU` as it is. */
export const nameOf = (name: string, metric: Pick<Metric, 'title'>): string =>
  titleOf(name, metric).replace(/^\p{Lu}(?=\p{Ll})/u, (letter) => letter.toLowerCase());

/** `↑ higher is better` */
export const directionOf = ({ better }: Pick<Metric, 'better'>): string =>
  `${better === 'higher' ? '↑' : '↓'} ${better} is better`;
