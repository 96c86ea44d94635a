import type { Warning } from '@sensorium/contracts';
import type { Samples } from './dataset.js';
import { absentWarnings, skippedOf, skipWarning, type Skipped } from './skipped.js';

/** What was found out about rows when all of them were read. */
export interface Reading {
  readonly warnings: readonly Warning[];
  /** By table; undefined where nothing was left out. */
  readonly skipped: Readonly<Record<string, Skipped>> | undefined;
}

/** @param data by name; what is a part of another's table is told with that */
export function readingOf(data: Readonly<Partial<Record<string, Samples>>>): Reading {
  const warnings: Warning[] = [];
  const skipped: Record<string, Skipped> = {};
  const seen = new Set<unknown>();
  for (const [name, samples] of Object.entries(data)) {
    if (!samples || seen.has(samples.dataset)) continue;
    const { dataset } = samples;
    seen.add(dataset);
    const found = skippedOf(dataset.leftOut);
    if (found) {
      skipped[name] = found;
      warnings.push(skipWarning(name, found, dataset.table.table.rows.length));
    }
    warnings.push(...absentWarnings(name, dataset.absent));
  }
  return { warnings, skipped: Object.keys(skipped).length > 0 ? skipped : undefined };
}
