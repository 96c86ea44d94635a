import type { OtherVersion } from '@sensorium/orchestrator';
import { tell } from './output.js';

/** Says on stderr which plugins are not those that the model was trained with. */
export function warnOfVersions(versions: readonly OtherVersion[]): void {
  for (const { package: name, trained, installed } of versions) {
    tell(`${name}: the model was trained with ${trained}, installed is ${installed}`);
  }
}
