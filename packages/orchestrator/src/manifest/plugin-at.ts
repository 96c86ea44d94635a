import { required } from '@sensorium/contracts';
import type { Part } from './parts.js';
import type { Plugins } from './resolve.js';
import type { ResolvedPlugin } from './resolver.js';

/** The plugin of a part, of the part's kind. */
export function pluginAt<P extends Pick<Part, 'key' | 'kind'>>(
  plugins: Plugins,
  { key, kind }: P,
): ResolvedPlugin<P['kind']> {
  const found = required(plugins.get(key), `the plugin of ${key}`);
  if (found.plugin.kind !== kind)
    throw new Error(`the plugin of ${key} is of the kind ${found.plugin.kind}, not ${kind}`);
  return found as ResolvedPlugin<P['kind']>;
}
