import {
  modalityOf,
  required,
  SensoriumError,
  type Column,
  type Encoder,
  type Fusion,
  type Head,
  type Modality,
  type PluginFiles,
  type ResolvedFusion,
  type ResolvedHead,
  type ResolvedInput,
  type ResolvedManifest,
} from '@sensorium/contracts';
import { z } from 'zod';
import { partsOf, pathOf, pluginAt, type Part, type Plugins, type ResolvedPlugin } from '../manifest/index.js';
import { listColumn } from './list-column.js';

export interface InputPart {
  readonly encoder: Encoder;
  readonly modality: Modality;
  /** What is prepared, kept and fed: the encoder itself, or for `many` a column of lists. */
  readonly column: Column;
  readonly settings: ResolvedInput;
}

export interface FusionPart {
  readonly fusion: Fusion;
  readonly settings: ResolvedFusion;
}

export interface HeadPart {
  readonly head: Head;
  /** Of its target; undefined where it has none. */
  readonly modality: Modality | undefined;
  readonly settings: ResolvedHead;
}

/** The parts of a model, made from their plugins with all options known. */
export interface Parts {
  readonly inputs: Readonly<Record<string, InputPart>>;
  /** Each after those that it reads. */
  readonly fusions: Readonly<Record<string, FusionPart>>;
  readonly heads: Readonly<Record<string, HeadPart>>;
}

const noFiles: PluginFiles = new Map();

/**
 * Throws SENSORIUM_MANIFEST_INVALID for options that a plugin does not know, as one of another version may, and
 * SENSORIUM_BAD_PLUGIN for a plugin that makes something else than its kind.
 *
 * @param files what the parts are built from; a finished model, which is not built any more, needs none
 */
export function createParts(manifest: ResolvedManifest, plugins: Plugins, files = noFiles): Parts {
  const parts = new Map(partsOf(manifest).map((part) => [part.key, part]));
  const at = <K extends Part['kind']>(key: string, kind: K) => {
    const part = required(parts.get(key), key);
    const found = pluginAt(plugins, { key, kind });
    return { found, options: parseOptions(found, optionsOf(part, manifest), key) };
  };
  return {
    inputs: mapRecord(manifest.inputs, (settings, name): InputPart => {
      const { found, options } = at(`inputs.${name}`, 'encoder');
      const encoder = found.plugin.create(options, files);
      if (!isObject(encoder.kept)) throw makesNothing(found, `inputs.${name}`, 'says not what is "kept" of a value');
      const column = settings.many === null ? encoder : listColumn(encoder, settings.many);
      return { encoder, modality: modalityOf(found.plugin, options), column, settings };
    }),
    fusions: mapRecord(manifest.fusions, (settings, name): FusionPart => {
      const { found, options } = at(pathOf('fusions', name).join('.'), 'fusion');
      return { fusion: found.plugin.create(options, files), settings };
    }),
    heads: mapRecord(manifest.heads, (settings, name): HeadPart => {
      const { found, options } = at(`heads.${name}`, 'head');
      const head = found.plugin.create(options, files, settings.of);
      const { modality } = found.plugin;
      const fault = faultOf(head, modality);
      if (fault !== undefined) throw makesNothing(found, `heads.${name}`, fault);
      return { head, modality, settings };
    }),
  };
}

/** Inputs that share weights share options. */
const optionsOf = ({ options, tied }: Part, { inputs }: ResolvedManifest): Part['options'] =>
  tied === null ? options : required(inputs[tied], `the input "${tied}"`).options;

function parseOptions(
  {
    plugin,
    package: name,
    version,
  }: Pick<ResolvedPlugin, 'package' | 'version'> & { readonly plugin: { readonly options: z.ZodObject } },
  options: Part['options'],
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

const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null;

/** What is wrong with a head; undefined where nothing is. */
function faultOf(head: Head, modality: Modality | undefined): string | undefined {
  const { target } = head;
  if (!head.answer && !head.loss && !head.graphs) return 'has neither "answer" nor "loss" nor "graphs"';
  if (target && !modality) return 'has a "target", and its plugin does not say of which modality';
  return modality && !target ? `has a modality (${modality.name}), and no "target"` : undefined;
}

const makesNothing = (
  { package: use, version }: Pick<ResolvedPlugin, 'package' | 'version'>,
  key: string,
  fault: string,
): SensoriumError =>
  new SensoriumError({
    code: 'SENSORIUM_BAD_PLUGIN',
    message: `${use}${version ? ` ${version}` : ''} ${fault}`,
    hint: 'It is written for another version of the plugin contract, or its authors should know.',
    location: { key },
  });

export function mapRecord<T, R>(
  record: Readonly<Record<string, T>>,
  map: (value: T, key: string) => R,
): Record<string, R> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value, key)]));
}
