import { required, type PartOptions, type Plugin, type PluginFiles } from '@sensorium/contracts';
import { stream } from '../stream.js';

/** A plugin that can learn its options. */
export type PartPlugin = Exclude<Plugin, { readonly kind: 'backend' }>;

/** A plugin with one choice of options. */
export interface PartSubject<P extends PartPlugin = PartPlugin> {
  readonly plugin: P;
  /** As parsed, before `learn`. */
  readonly given: PartOptions;
  /** After `learn`. */
  readonly options: PartOptions;
  /** What the plugin names of the files that there are. */
  readonly files: PluginFiles;
  /** Values to try it with: new copies every time, so that what one check does to them is not seen by the next. */
  readonly values: () => readonly unknown[];
}

export interface PartTrial {
  readonly options: readonly PartOptions[];
  readonly values?: readonly unknown[] | ((options: PartOptions) => readonly unknown[]);
  readonly files?: PluginFiles;
}

export async function partSubject<P extends PartPlugin>(
  plugin: P,
  choice: PartOptions,
  { values = [], files = new Map() }: PartTrial,
): Promise<PartSubject<P>> {
  const given = plugin.options.parse(choice);
  const originals = structuredClone(typeof values === 'function' ? values(given) : values);
  const subject = {
    plugin,
    given,
    options: given,
    files: namedFiles(plugin, given, files),
    values: () => structuredClone(originals),
  };
  return { ...subject, options: await learnOptions(subject) };
}

/** What the plugin makes of the options that it is given. */
export async function learnOptions({ plugin, given, values, files }: PartSubject): Promise<PartOptions> {
  return plugin.learn ? plugin.learn(given, stream(values() as readonly never[]), files) : given;
}

/** The files that a plugin asks for, until it asks for nothing new. */
function namedFiles(plugin: PartPlugin, options: PartOptions, all: PluginFiles): PluginFiles {
  const read = new Map<string, Uint8Array>();
  for (;;) {
    const names = (plugin.files?.(options, read) ?? []).filter((name) => !read.has(name));
    if (names.length === 0) return read;
    for (const name of names) read.set(name, required(all.get(name), `the file "${name}", which the plugin names,`));
  }
}
