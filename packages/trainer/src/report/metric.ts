import type { Metric } from '@sensorium/contracts';

/** What people call a metric: `rootMeanSquare` becomes “Root mean square” where its head gives no title. */
export function titleOf(name: string, { title }: Pick<Metric, 'title'>): string {
  const words =
    title ?? name.replace(/([a-z])([A-Z])/g, (_, last: string, first: string) => `${last} ${first.toLowerCase()}`);
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** `↑ higher is better` */
export const directionOf = ({ better }: Pick<Metric, 'better'>): string =>
  `${better === 'higher' ? '↑' : '↓'} ${better} is better`;
