import type { ResolvedManifest } from '@sensorium/contracts';
import type { BackendReport, Plan } from '@sensorium/orchestrator';
import { stoppable } from './calls.js';
import { lookAtValues, type Look } from './data/look.js';
import type { Host } from './host.js';
import type { CheckOptions, ManifestSource } from './plan/options.js';
import { setUp, reportOf, type Decider } from './plan/set-up.js';
import { startReport, type StartReport } from './plan/start.js';

/** What is known of a training before it. */
export interface Checked {
  readonly plan: Plan;
  readonly backend: BackendReport;
  readonly manifest: ResolvedManifest;
  readonly start?: StartReport;
  /** What will choose the best epoch; null where nothing is validated. */
  readonly decides: Decider | null;
  /** What was seen of the files that tables name. */
  readonly media: readonly Look[];
  /** What the caller should know although nothing is wrong. */
  readonly notes: readonly string[];
}

/** `check` of one host. */
export function createCheck(host: Host) {
  return async function check(source: ManifestSource, options: CheckOptions = {}): Promise<Checked> {
    const { signal } = options;
    return stoppable(signal, async () => {
      const prepared = await setUp(host, source, options);
      const { plan, backend, manifest, start, decides, columns, tables, notes } = prepared;
      const media = await lookAtValues({ ...tables }, columns, signal);
      return {
        plan,
        manifest,
        backend: reportOf(backend),
        ...(start && { start: startReport(start) }),
        decides,
        media,
        notes,
      };
    });
  };
}
