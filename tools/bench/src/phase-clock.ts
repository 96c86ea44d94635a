import { performance } from 'node:perf_hooks';
import type { Phase } from '@sensorium/trainer';

export interface PhaseClock {
  note(phase: Phase): void;
  seconds(phase: Phase): number;
}

/** How long each phase of a training took: the time until a report is that of its phase. */
export function phaseClock(): PhaseClock {
  const spent = new Map<Phase, number>();
  let last = performance.now();
  return {
    note(phase) {
      const now = performance.now();
      spent.set(phase, (spent.get(phase) ?? 0) + now - last);
      last = now;
    },
    // A phase that did not come took no time.
    seconds: (phase) => (spent.get(phase) ?? 0) / 1000,
  };
}
