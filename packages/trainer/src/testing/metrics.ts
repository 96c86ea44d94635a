import type { Scores } from '@sensorium/contracts';
import type { Metrics } from '../index.js';

/** The values of one head's metrics. */
export const valuesOf = ({ metrics }: Scores): Record<string, number> =>
  Object.fromEntries(Object.entries(metrics).map(([name, { value }]) => [name, value]));

/** What validation saw in an epoch, of one head. */
export function validatedIn({ history }: Metrics, epoch: number, head: string): Record<string, number> {
  const values = history[epoch - 1]?.validation?.metrics[head];
  if (!values) throw new Error(`nothing was validated in epoch ${epoch}`);
  return { ...values };
}

/** The largest difference of values by the same names; infinite where the names are not the same. */
export function largestDifference(a: Record<string, number>, b: Record<string, number>): number {
  if (Object.keys(a).join() !== Object.keys(b).join()) return Infinity;
  return Math.max(...Object.entries(a).map(([name, value]) => Math.abs(value - Number(b[name]))));
}
