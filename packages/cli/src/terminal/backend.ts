import type { BackendReport } from '@sensorium/orchestrator';
import { tell } from './output.js';

/** `cpu (webgpu: no adapter; cuda: libraries not installed)` */
export function formatBackend({ backend, passedOver }: BackendReport): string {
  const reasons = passedOver.map(({ backend: name, reason }) => `${name}: ${reason}`).join('; ');
  return reasons ? `${backend} (${reasons})` : backend;
}

/** Says on stderr where a model runs, unless that is where it was meant to. */
export function tellOfBackend(report: BackendReport): void {
  if (report.passedOver.length > 0) tell(`runs on ${formatBackend(report)}`);
}
