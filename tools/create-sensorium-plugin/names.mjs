/** What there are templates of, and the folder of each kind in the workspace. */
export const kinds = { encoder: 'encoders', fusion: 'fusions', head: 'heads', modality: 'modalities' };

/** Letters, digits and single dashes, as in `cross-attention`. */
const pluginName = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;

/**
 * What a user asked for, checked.
 *
 * @param {string} kind
 * @param {string} asked `gated`, or `@acme/gated` for a package of a scope
 * @returns {{ kind: string, name: string, packageName: string }}
 */
export function parseNames(kind, asked) {
  if (!(kind in kinds)) throw new Error(`"${kind}" is no kind of plugin. Kinds: ${Object.keys(kinds).join(', ')}.`);
  const [, scope, name] = /^(?:@([a-z0-9-]+)\/)?(.*)$/.exec(asked) ?? [];
  if (!name || !pluginName.test(name)) {
    throw new Error(
      `"${asked}" is no name. Use small letters, digits and dashes, as in cross-attention or @acme/gated.`,
    );
  }
  const own = scope === 'sensorium' ? `${kind}-${name}` : `sensorium-${kind}-${name}`;
  return { kind, name, packageName: scope ? `@${scope}/${own}` : own };
}

/** `cross-attention` → `crossAttention` */
export const camelCase = (name) => name.replace(/-(.)/g, (_, letter) => letter.toUpperCase());

/** `cross-attention` → `CrossAttention` */
export const pascalCase = (name) => camelCase(`-${name}`);
