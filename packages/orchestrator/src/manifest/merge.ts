import type { PluginKind } from '@sensorium/contracts';
import { isMap, type Located, type LocatedMap, type Path } from './located.js';
import { samePlugin } from './plugin-names.js';

/** A place in the manifest where a plugin is named. */
interface Part {
  readonly kind: PluginKind;
  /** The key that names the plugin. */
  readonly plugin: string;
  /** The keys that belong to the manifest. All others are the plugin's options. */
  readonly keys: readonly string[];
}

export const parts = {
  inputs: {
    kind: 'encoder',
    plugin: 'encoder',
    keys: ['encoder', 'column', 'missing', 'modalityDropout', 'trainable'],
  },
  fusion: { kind: 'fusion', plugin: 'use', keys: ['use', 'trainable'] },
  heads: { kind: 'head', plugin: 'use', keys: ['use', 'column', 'weight', 'trainable'] },
} as const satisfies Record<string, Part>;

export type SectionName = keyof typeof parts;

function partAt([section, ...names]: Path): Part | undefined {
  if (section === 'fusion') return names.length === 0 ? parts.fusion : undefined;
  return (section === 'inputs' || section === 'heads') && names.length === 1 ? parts[section] : undefined;
}

/** `text` → `{ encoder: text }` */
function expandShortForm(node: Located, part: Part): Located {
  return typeof node.value === 'string' ? { ...node, value: new Map([[part.plugin, node]]) } : node;
}

/** Every part in its long form. */
export function expandShortForms(node: Located, path: Path = []): Located {
  const part = partAt(path);
  if (part) return expandShortForm(node, part);
  if (!isMap(node) || path.length > 1) return node;
  const entries = [...node.value].map(([key, child]) => [key, expandShortForms(child, [...path, key])] as const);
  return { ...node, value: new Map(entries) };
}

function namesAnotherPlugin(base: LocatedMap, override: LocatedMap, { kind, plugin }: Part): boolean {
  const [before, after] = [base.value.get(plugin)?.value, override.value.get(plugin)?.value];
  return typeof before === 'string' && typeof after === 'string' && !samePlugin(kind, before, after);
}

/**
 * Maps merge, all else is replaced. A part in its short form replaces; a part that names another plugin than the one it
 * overrides keeps the keys that belong to the manifest and drops the old plugin's options.
 */
export function merge(base: Located, override: Located, path: Path = []): Located {
  const part = partAt(path);
  const under = part ? expandShortForm(base, part) : base;
  if (!isMap(override) || !isMap(under)) return override;
  const drops = part !== undefined && namesAnotherPlugin(under, override, part);
  const entries = new Map([...under.value].filter(([key]) => !drops || part.keys.includes(key)));
  for (const [key, value] of override.value) {
    const below = entries.get(key);
    entries.set(key, below ? merge(below, value, [...path, key]) : value);
  }
  return { ...override, value: entries };
}
