import { SensoriumError } from '@sensorium/contracts';
import { looksLike } from '@sensorium/media';

/**
 * Throws SENSORIUM_NOT_FOUND for a page in place of a file: what many servers, those of applications on one page above all,
 * answer where they have nothing.
 */
export function refuseHtml(bytes: Uint8Array, file: string): void {
  const what = looksLike(bytes);
  if (what !== 'an HTML page') return;
  throw new SensoriumError({
    code: 'SENSORIUM_NOT_FOUND',
    message: `${file} is ${what}: the server has no such file and answered with a page instead`,
    hint: 'Check the address. Files that are served as they are lie in a folder of their own, as a rule "public".',
    location: { file },
  });
}
