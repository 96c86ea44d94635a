import { SensoriumError } from '@sensorium/contracts';
import { formatPath, type Located, type Path } from './located.js';

/** Far deeper than any manifest. Stops objects that contain themselves. */
const maxDepth = 64;

/** A manifest given as an object; places are keys. Properties that are undefined count as not written. */
export function fromObject(value: unknown, path: Path = []): Located {
  const at = path.length > 0 ? { key: formatPath(path) } : {};
  if (path.length > maxDepth) {
    throw new SensoriumError({
      code: 'SENSORIUM_MANIFEST_SYNTAX',
      message: `The manifest has more than ${maxDepth} levels, or contains itself.`,
      location: at,
    });
  }
  const located = (content: unknown): Located => ({ value: content, at, keyAt: at });
  if (Array.isArray(value)) return located(value.map((item, index) => fromObject(item, [...path, index])));
  if (typeof value !== 'object' || value === null) return located(value);
  const written = Object.entries(value).filter(([, item]) => item !== undefined);
  return located(new Map(written.map(([key, item]) => [key, fromObject(item, [...path, key])])));
}
