import {
  SensoriumError,
  type Encoder,
  type Fusion,
  type Head,
  type Modality,
  type PartOptions,
  type PluginFiles,
  type PluginKind,
  type ResolvedInput,
  type ResolvedManifest,
} from '@sensorium/contracts';
import { z } from 'zod';
import type { ResolvedParts, ResolvedPlugin } from '../manifest/index.js';

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

/**
 * Throws SENSORIUM_MANIFEST_INVALID for options that a plugin does not know, as one of another version may.
 *
 * @param files what the parts are built from; a finished model, which is not built any more, needs none
 */
export function createParts(manifest: ResolvedManifest, plugins: ResolvedParts, files?: PluginFiles): Parts {
  const inputs = mapRecord(manifest.inputs, (settings, name) => {
    const found = known(plugins.inputs, name);
    const encoder = found.plugin.create(parseOptions(found, settings.options, `inputs.${name}`), files);
    return { encoder, modality: found.plugin.modality, settings };
  });
  const heads = mapRecord(manifest.heads, ({ options, column, weight }, name) => {
    const found = known(plugins.heads, name);
    return { head: found.plugin.create(parseOptions(found, options, `heads.${name}`)), column, weight };
  });
  const { fusion } = plugins;
  return { inputs, heads, fusion: fusion.plugin.create(parseOptions(fusion, manifest.fusion.options, 'fusion')) };
}

function parseOptions<Kind extends PluginKind>(
  { plugin, package: name, version }: ResolvedPlugin<Kind>,
  options: PartOptions,
  key: string,
): Record<string, unknown> {
  const { data, error } = plugin.options.safeParse(options);
  if (data) return data;
  throw new SensoriumError({
    code: 'SENSORIUM_MANIFEST_INVALID',
    message: `${name}${version ? ` ${version}` : ''} does not take these options:\n${z.prettifyError(error)}`,
    hint: 'A model folder names the versions of its plugins in manifest.json, under "built"; install those.',
    location: { key },
  });
}

export function mapRecord<T, R>(
  record: Readonly<Record<string, T>>,
  map: (value: T, key: string) => R,
): Record<string, R> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value, key)]));
}

function known<T>(record: Readonly<Record<string, T>>, name: string): T {
  const value = record[name];
  if (value === undefined) throw new Error(`no plugin was resolved for "${name}"`);
  return value;
}
