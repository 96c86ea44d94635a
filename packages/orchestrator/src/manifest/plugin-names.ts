import { SensoriumError, type PluginKind } from '@sensorium/contracts';

/** `name` or `@scope/name`, as npm has them: nothing that could be a path, a URL or a file of a package. */
const LONGEST_NAME = 214;
const packageName = /^(?:@(?<scope>[a-z0-9~-][a-z0-9._~-]*)\/)?(?<base>[a-z0-9~-][a-z0-9._~-]*)$/i;

function parsePackageName(use: string): { scope: string | undefined; base: string } {
  const groups = use.length > LONGEST_NAME ? undefined : packageName.exec(use)?.groups;
  if (groups?.base) return { scope: groups.scope, base: groups.base };
  throw new SensoriumError({
    code: 'SENSORIUM_UNKNOWN_PLUGIN',
    message: `"${use}" is not the name of an npm package. A manifest names plugins by their packages, never by a path.`,
    hint: 'A plugin in a folder of your own: add it to your package.json ("my-plugin": "file:./my-plugin") and write its name.',
  });
}

const prefixOf = (kind: PluginKind, scope: string | undefined): string =>
  scope === 'sensorium' ? `${kind}-` : `sensorium-${kind}-`;

/**
 * The packages that a name in a manifest can mean, in the order in which they are looked for:
 * `image` → `@sensorium/encoder-image`, `sensorium-encoder-image`; `@acme/lidar` → `@acme/sensorium-encoder-lidar`,
 * `@acme/lidar`; a full name → itself.
 *
 * @throws SENSORIUM_UNKNOWN_PLUGIN for a path, a URL and all else that is not a name
 */
export function packageNames(kind: PluginKind, use: string): string[] {
  const { scope, base } = parsePackageName(use);
  const prefix = prefixOf(kind, scope);
  if (base.startsWith(prefix)) return [use];
  return scope === undefined ? [`@sensorium/${kind}-${base}`, `${prefix}${base}`] : [`@${scope}/${prefix}${base}`, use];
}

/** The plugin's own name: `image` of `image`, `@sensorium/encoder-image`, `@acme/sensorium-encoder-image` and `@acme/image`. */
export function pluginName(kind: PluginKind, use: string): string {
  const { scope, base } = parsePackageName(use);
  const prefix = prefixOf(kind, scope);
  return base.startsWith(prefix) ? base.slice(prefix.length) : base;
}

/** The shortest name for a package that follows the naming rule of the kind. */
export function shortName(kind: PluginKind, name: string): string | undefined {
  const groups = packageName.exec(name)?.groups;
  if (!groups?.base) return undefined;
  const prefix = prefixOf(kind, groups.scope);
  if (!groups.base.startsWith(prefix) || groups.base === prefix) return undefined;
  const own = groups.base.slice(prefix.length);
  return groups.scope === undefined || groups.scope === 'sensorium' ? own : `@${groups.scope}/${own}`;
}

/** Whether two names in manifests can mean one package. Names that are none only equal themselves. */
export function samePlugin(kind: PluginKind, a: string, b: string): boolean {
  if (a === b) return true;
  if (!packageName.test(a) || !packageName.test(b)) return false;
  const others = packageNames(kind, b);
  return packageNames(kind, a).some((name) => others.includes(name));
}
