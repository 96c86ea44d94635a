import { SensoriumError } from '@sensorium/contracts';
import type { Located } from './located.js';
import { parseYaml } from './yaml.js';

const example = 'For example: --set training.epochs=3 --set "backend=[webgpu, cpu]"';

/**
 * `training.epochs=3` → `{ training: { epochs: 3 } }`, to be merged over a manifest. The value is YAML.
 *
 * @throws SENSORIUM_USAGE, SENSORIUM_MANIFEST_SYNTAX
 */
export function parseOverride(text: string): Located {
  const file = `--set ${text}`;
  const usage = (message: string): SensoriumError =>
    new SensoriumError({ code: 'SENSORIUM_USAGE', message, hint: example, location: { file } });
  const equals = text.indexOf('=');
  const keys = text.slice(0, Math.max(equals, 0)).trim().split('.');
  if (keys.includes('')) throw usage(`--set takes key=value; "${text}" is not that.`);
  if (keys[0] === 'extends') throw usage('--set cannot change what a manifest extends.');
  const at = { file };
  return keys.reduceRight<Located>(
    (value, key) => ({ value: new Map([[key, value]]), at, keyAt: at }),
    parseYaml(text.slice(equals + 1), undefined, () => at),
  );
}
