import type { ErrorDetails } from '@sensorium/contracts';
import { explain } from '../failure.js';
import { Interrupted } from '../interrupt.js';
import { pluginFolders } from '../places.js';
import type { Job, Message } from './messages.js';

/**
 * Trains what the process that started this one asks for, and tells it of all that happens. Ctrl-C, which a terminal sends to
 * both, is left to that process: it says when to stop, and ceases to be there where it was stopped itself.
 */
export async function train(text: string): Promise<void> {
  const job = JSON.parse(text) as Job;
  const controller = new AbortController();
  const stop = (): void => controller.abort(new Interrupted());
  process.on('SIGINT', () => undefined);
  process.on('message', stop);
  process.on('disconnect', stop);
  try {
    const { metricsToJson, train: trainManifest } = await import('@sensorium/trainer');
    const { metrics } = await trainManifest(job.source, {
      ...job.options,
      from: await pluginFolders(),
      signal: controller.signal,
      onProgress: (progress) => tell({ progress }),
    });
    tell({ trained: metricsToJson(metrics) });
  } catch (error) {
    const { json } = await explain(error);
    tell({ failed: json as unknown as ErrorDetails });
  } finally {
    process.off('disconnect', stop);
    if (process.connected) process.disconnect();
  }
}

/** Nobody hears it where the other process is gone. */
function tell(message: Message): void {
  if (process.connected) process.send?.(message);
}
