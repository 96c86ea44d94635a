import type { PluginKind } from '@sensorium/contracts';
import { isMap, type Located, type LocatedMap, type Path } from './located.js';
import { samePlugin } from './plugin-names.js';

/** How a plugin is named in a section of the manifest. */
interface Form {
  readonly kind: PluginKind;
  /** The key that names the plugin. */
  readonly plugin: string;
  /** The keys that belong to the manifest. All others are the plugin's options. */
  readonly keys: readonly string[];
}

const fusion = { kind: 'fusion', plugin: 'use', keys: ['use', 'of', 'trainable'] } as const;

/** The sections of a manifest as people write it. */
export const forms = {
  inputs: {
    kind: 'encoder',
    plugin: 'encoder',
    keys: ['encoder', 'column', 'columns', 'many', 'tied', 'missing', 'modalityDropout', 'trainable'],
  },
  fusion,
  fusions: fusion,
  heads: { kind: 'head', plugin: 'use', keys: ['use', 'of', 'column', 'weight', 'trainable'] },
} as const satisfies Record<string, Form>;

export type SectionName = keyof typeof forms;

/** Of a part; undefined for another place. */
function formAt([section, ...names]: Path): Form | undefined {
  if (section === 'fusion') return names.length === 0 ? forms.fusion : undefined;
  const isSection = section === 'inputs' || section === 'fusions' || section === 'heads';
  return isSection && names.length === 1 ? forms[section] : undefined;
}

/** `text` → `{ encoder: text }` */
function expandShortForm(node: Located, form: Form): Located {
  return typeof node.value === 'string' ? { ...node, value: new Map([[form.plugin, node]]) } : node;
}

/** Every part in its long form. */
export function expandShortForms(node: Located, path: Path = []): Located {
  const form = formAt(path);
  if (form) return expandShortForm(node, form);
  if (!isMap(node) || path.length > 1) return node;
  const entries = [...node.value].map(([key, child]) => [key, expandShortForms(child, [...path, key])] as const);
  return { ...node, value: new Map(entries) };
}

function namesAnotherPlugin(base: LocatedMap, override: LocatedMap, { kind, plugin }: Form): boolean {
  const [before, after] = [base.value.get(plugin)?.value, override.value.get(plugin)?.value];
  return typeof before === 'string' && typeof after === 'string' && !samePlugin(kind, before, after);
}

/** Keys that stand in place of each other: who writes one does not mean the other any more. */
const alternatives = [
  ['fusion', 'fusions'],
  ['fusions', 'fusion'],
] as const;

function dropAlternatives(base: Map<string, Located>, override: LocatedMap): void {
  for (const [key, other] of alternatives) if (override.value.has(key)) base.delete(other);
}

/**
 * Maps merge, all else is replaced. A part in its short form replaces; a part that names another plugin than the one it
 * overrides keeps the keys that belong to the manifest and drops the old plugin's options. `fusion` replaces `fusions`, and the
 * other way round.
 */
export function merge(base: Located, override: Located, path: Path = []): Located {
  const form = formAt(path);
  const under = form ? expandShortForm(base, form) : base;
  if (!isMap(override) || !isMap(under)) return override;
  const drops = form !== undefined && namesAnotherPlugin(under, override, form);
  const entries = new Map([...under.value].filter(([key]) => !drops || form.keys.includes(key)));
  if (path.length === 0) dropAlternatives(entries, override);
  for (const [key, value] of override.value) {
    const below = entries.get(key);
    entries.set(key, below ? merge(below, value, [...path, key]) : value);
  }
  return { ...override, value: entries };
}
