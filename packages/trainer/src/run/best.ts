import type { Metric } from '@sensorium/contracts';

/** The best epoch until now. */
export interface Best {
  /** From 1. Of epochs with the same score the last, whose loss is lower as a rule. */
  readonly epoch: number;
  /** The first epoch that reached this score. */
  readonly since: number;
  /** The value that decides; null where nothing is validated, and for one that is no number. */
  readonly score: number | null;
}

/** What is best after an epoch. Without validation that is always the last one. */
export function bestOf(best: Best | undefined, epoch: number, metric: Metric | undefined): Best {
  const score = metric && !Number.isNaN(metric.value) ? metric.value : null;
  if (!best || !metric || isBetter(score, best.score, metric.better)) return { epoch, since: epoch, score };
  return score === best.score ? { ...best, epoch } : best;
}

/** A number is better than none. */
function isBetter(score: number | null, than: number | null, better: Metric['better']): boolean {
  if (score === null) return false;
  if (than === null) return true;
  return better === 'higher' ? score > than : score < than;
}

/** Whether so many epochs have passed without a better one. */
export const isStale = (best: Best | undefined, epochs: number, patience: number | null): boolean =>
  patience !== null && best !== undefined && epochs - best.since >= patience;
