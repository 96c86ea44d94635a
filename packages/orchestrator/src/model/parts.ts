import type { Encoder, Fusion, Head, Modality, ResolvedInput, ResolvedManifest } from '@sensorium/contracts';
import type { ResolvedParts } from '../manifest/index.js';

export interface InputPart {
  readonly encoder: Encoder;
  readonly modality: Modality;
  readonly settings: ResolvedInput;
}

export interface HeadPart {
  readonly head: Head;
  readonly column: string;
  readonly weight: number;
}

/** The parts of a model, made from their plugins with all options known. */
export interface Parts {
  readonly inputs: Readonly<Record<string, InputPart>>;
  readonly fusion: Fusion;
  readonly heads: Readonly<Record<string, HeadPart>>;
}

export function createParts(manifest: ResolvedManifest, plugins: ResolvedParts): Parts {
  const inputs = mapRecord(manifest.inputs, (settings, name) => {
    const { plugin } = known(plugins.inputs, name);
    return { encoder: plugin.create(plugin.options.parse(settings.options)), modality: plugin.modality, settings };
  });
  const heads = mapRecord(manifest.heads, ({ options, column, weight }, name) => {
    const { plugin } = known(plugins.heads, name);
    return { head: plugin.create(plugin.options.parse(options)), column, weight };
  });
  const fusion = plugins.fusion.plugin;
  return { inputs, heads, fusion: fusion.create(fusion.options.parse(manifest.fusion.options)) };
}

export function mapRecord<T, R>(record: Readonly<Record<string, T>>, map: (value: T, key: string) => R): Record<string, R> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value, key)]));
}

function known<T>(record: Readonly<Record<string, T>>, name: string): T {
  const value = record[name];
  if (value === undefined) throw new Error(`no plugin was resolved for "${name}"`);
  return value;
}
