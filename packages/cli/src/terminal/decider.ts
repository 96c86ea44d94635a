import type { Decider } from '@sensorium/trainer';

/** What will choose the best epoch, as a line under the plan. */
export function formatDecider(decides: Decider | null): string {
  if (decides === null) return 'keeps the last epoch: nothing is held out';
  const by = decides.head === null ? 'the validation loss' : `the metric of "${decides.head}"`;
  return `keeps the epoch that is best by ${by}`;
}
