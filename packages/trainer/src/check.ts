import { stoppable } from './calls.js';
import { lookAtValues, type Look } from './data/look.js';
import { measure, type Forecast } from './forecast.js';
import type { Host } from './host.js';
import type { CheckOptions, ManifestSource } from './plan/options.js';
import { plannedOf, type Planned } from './plan/planned.js';
import { setUp } from './plan/set-up.js';

/** What is known of a training before it. */
export interface Checked extends Planned {
  /** What was seen of the files that tables name. */
  readonly media: readonly Look[];
  /** Where it was measured. */
  readonly forecast?: Forecast;
}

export interface MeasuringCheckOptions extends CheckOptions {
  /** Take a few real steps and say how long the whole takes, and how much memory. Default false. */
  readonly measure?: boolean;
}

/** `check` of one host. */
export function createCheck(host: Host) {
  return async function check(source: ManifestSource, options: MeasuringCheckOptions = {}): Promise<Checked> {
    const { signal, onProgress } = options;
    return stoppable(signal, async () => {
      const prepared = await setUp(host, source, options);
      const media = await lookAtValues({ ...prepared.tables }, prepared.columns, signal);
      const forecast = options.measure ? await measure(host, prepared, { onProgress, signal }) : undefined;
      return { ...plannedOf(prepared), media, ...(forecast && { forecast }) };
    });
  };
}
