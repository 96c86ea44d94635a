import { homedir } from 'node:os';
import { join } from 'node:path';

/**
 * Where things are kept that can be made again: the environment's SENSORIUM_CACHE, else `sensorium` in XDG_CACHE_HOME,
 * else `~/.cache/sensorium`. The folder may not exist yet.
 */
export function cacheDirectory(): string {
  const { SENSORIUM_CACHE, XDG_CACHE_HOME } = process.env;
  return SENSORIUM_CACHE || join(XDG_CACHE_HOME || join(homedir(), '.cache'), 'sensorium');
}
