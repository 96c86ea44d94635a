import type { BackendReport } from '@sensorium/orchestrator';

/** `cpu (webgpu: no adapter; cuda: libraries not installed)` */
export function formatBackend({ backend, passedOver }: BackendReport): string {
  const reasons = passedOver.map(({ backend: name, reason }) => `${name}: ${reason}`).join('; ');
  return reasons ? `${backend} (${reasons})` : backend;
}
