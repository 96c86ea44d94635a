import { isDeepStrictEqual } from 'node:util';
import type { PartOptions, Plugin, PluginKind } from '@sensorium/contracts';
import { z } from 'zod';
import { isJson } from '../json.js';
import { listOptions, looseObjects } from '../option-schema.js';
import type { Check } from '../problem.js';
import { recordReads } from '../record-reads.js';

/** Gives options back that note what is read of them. */
export type Recorder = (options: PartOptions, copies: boolean) => PartOptions;

/** A plugin, and several choices of options to try it with. */
export interface PluginSubject {
  readonly plugin: Plugin;
  readonly kind: PluginKind;
  readonly choices: readonly PartOptions[];
  /** Uses everything that the plugin can do with these parsed options, reading them through `record`. */
  readonly exercise: (options: PartOptions, record: Recorder) => Promise<void>;
}

export const definitionChecks: readonly Check<PluginSubject>[] = [
  { name: 'is a plugin of its kind', find: findMalformed },
  { name: 'rejects unknown options', find: findLooseObjects },
  { name: 'describes every option', find: findUndescribed },
  { name: 'fills every default', find: findMissingDefaults },
  { name: 'has options that are JSON', find: findUnstableOptions },
  { name: 'reads every option', find: findUnread },
];

function findMalformed({ plugin, kind }: PluginSubject): string[] {
  const rules: [boolean, string][] = [
    [plugin.specVersion === 'v1', `specVersion is ${JSON.stringify(plugin.specVersion)}, not "v1"`],
    [plugin.kind === kind, `kind is ${JSON.stringify(plugin.kind)}, not "${kind}"`],
    [/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(plugin.name), `the name "${plugin.name}" is not like "cross-attention"`],
    [typeof plugin.create === 'function', 'create is not a function'],
  ];
  return rules.flatMap(([kept, problem]) => (kept ? [] : [problem]));
}

function findLooseObjects({ plugin }: PluginSubject): string[] {
  return looseObjects(plugin.options).map(
    (path) => `${path ? `the option "${path}"` : 'options'} takes unknown keys: use z.strictObject`,
  );
}

function findUndescribed({ plugin }: PluginSubject): string[] {
  return listOptions(plugin.options).flatMap(({ path, description }) =>
    description ? [] : [`the option "${path}" has no description: add .describe('…')`],
  );
}

/** No options at all are enough, but for those that are required. */
function findMissingDefaults({ plugin }: PluginSubject): string[] {
  const required = new Set(listOptions(plugin.options).flatMap((option) => (option.required ? [option.path] : [])));
  const { error } = plugin.options.safeParse({});
  return (error?.issues ?? []).flatMap(({ path, message }) =>
    required.has(path.join('.')) ? [] : [`without options, "${path.join('.')}" fails: ${message}`],
  );
}

function findUnstableOptions({ plugin, choices }: PluginSubject): string[] {
  return choices.flatMap((choice) =>
    lostInJson(plugin, plugin.options.parse(choice)).map((problem) => `${JSON.stringify(choice)}, parsed, ${problem}`),
  );
}

/** What parsed options lose in a manifest: written as JSON, read and parsed again. */
export function lostInJson(plugin: Plugin, options: unknown): string[] {
  if (!isJson(options)) return ['has values that JSON does not keep'];
  const read: unknown = JSON.parse(JSON.stringify(options));
  const { error, data } = plugin.options.safeParse(read);
  if (error) return [`written as JSON, is no longer taken:\n${z.prettifyError(error)}`];
  return isDeepStrictEqual(data, read) ? [] : ['written as JSON and parsed, is different'];
}

async function findUnread({ plugin, choices, exercise }: PluginSubject): Promise<string[]> {
  const read = new Set<string>();
  for (const choice of choices) {
    await exercise(plugin.options.parse(choice), (options, copies) => recordReads(options, read, copies));
  }
  return listOptions(plugin.options).flatMap(({ path }) =>
    read.has(path) ? [] : [`the option "${path}" is never read`],
  );
}
