import {
  SensoriumError,
  trainableSchema,
  type PartOptions,
  type PluginKind,
  type ResolvedFusion,
  type ResolvedHead,
  type ResolvedInput,
  type ResolvedManifest,
  type Trainable,
} from '@sensorium/contracts';
import { issuesToProblems } from './issues.js';
import { parts, type SectionName } from './merge.js';
import { throwProblems, type Problem } from './problems.js';
import type { LongManifest, ReadManifest } from './read.js';
import type { PluginResolver, ResolvedPlugin } from './resolver.js';

export interface ResolvedParts {
  readonly inputs: Readonly<Record<string, ResolvedPlugin<'encoder'>>>;
  readonly fusion: ResolvedPlugin<'fusion'>;
  readonly heads: Readonly<Record<string, ResolvedPlugin<'head'>>>;
}

export interface ManifestResolution {
  readonly manifest: ResolvedManifest;
  /** The plugin of each part. */
  readonly parts: ResolvedParts;
  /** Package → version. Plugins that were given directly have none. */
  readonly versions: Readonly<Record<string, string>>;
}

export interface ResolveOptions {
  /** What `backend` is where the manifest does not say. Default: `['cpu']`. */
  readonly defaultBackends?: readonly string[];
}

/**
 * Finds the plugin of every part, checks its options, and spells out every default.
 *
 * @throws SENSORIUM_UNKNOWN_PLUGIN, SENSORIUM_BAD_PLUGIN, SENSORIUM_UNKNOWN_KEY, SENSORIUM_MANIFEST_INVALID, each with
 *   the place in the manifest
 */
export async function resolveManifest(
  read: ReadManifest,
  resolver: PluginResolver,
  { defaultBackends = ['cpu'] }: ResolveOptions = {},
): Promise<ManifestResolution> {
  const { name, training, data, backend, ...written } = read.manifest;
  const problems: Problem[] = [];
  const resolve = partResolver(read, resolver, problems);
  const inputs = await mapValues(written.inputs, (input, key) => resolveInput(input, key, resolve));
  const fusion = await resolveFusion(written.fusion, resolve);
  const heads = await mapValues(written.heads, (head, key) => resolveHead(head, key, resolve));
  throwProblems(problems);

  const used = [...Object.values(inputs), fusion, ...Object.values(heads)].map(({ found }) => found);
  return {
    manifest: {
      sensorium: 1,
      name: name ?? fileName(read.file) ?? 'model',
      inputs: mapEach(inputs, ({ part }) => part),
      fusion: fusion.part,
      heads: mapEach(heads, ({ part }) => part),
      training,
      data,
      backend: typeof backend === 'string' ? [backend] : (backend ?? defaultBackends),
    },
    parts: {
      inputs: mapEach(inputs, ({ found }) => found),
      fusion: fusion.found,
      heads: mapEach(heads, ({ found }) => found),
    },
    versions: Object.fromEntries(
      used.flatMap(({ package: key, version }) => (version === undefined ? [] : [[key, version]])),
    ),
  };
}

/** A part of the resolved manifest, and its plugin. */
interface Resolved<Part, Kind extends PluginKind> {
  readonly part: Part;
  readonly found: ResolvedPlugin<Kind>;
}

/** Finds the plugin that `use` names and checks its options. */
type ResolvePart = <Section extends SectionName>(
  section: Section,
  name: string | undefined,
  use: string,
  options: PartOptions,
) => Promise<Resolved<PartOptions, (typeof parts)[Section]['kind']>>;

function partResolver({ locate }: ReadManifest, resolver: PluginResolver, problems: Problem[]): ResolvePart {
  return async (section, name, use, options) => {
    const { kind, plugin: pluginKey, keys } = parts[section];
    const path = name === undefined ? [section] : [section, name];
    const found = await resolver.resolve(kind, use).catch((error: unknown) => {
      throw SensoriumError.at(error, locate([...path, pluginKey]));
    });
    const schema = found.plugin.options;
    const { data, error } = schema.safeParse(options);
    const checked = {
      schema,
      value: options,
      path,
      noun: 'option',
      owner: found.package,
      otherKeys: keys,
      locate,
    } as const;
    if (error) problems.push(...issuesToProblems(error.issues, checked));
    return { part: data ?? {}, found };
  };
}

async function resolveInput(
  { encoder, column, missing, modalityDropout, trainable, ...options }: LongManifest['inputs'][string],
  name: string,
  resolve: ResolvePart,
): Promise<Resolved<ResolvedInput, 'encoder'>> {
  const { part, found } = await resolve('inputs', name, encoder, options);
  const dropout = modalityDropout ?? (missing === 'error' ? 0 : 0.1);
  return {
    found,
    part: {
      encoder: found.package,
      column: column ?? name,
      missing,
      modalityDropout: dropout,
      trainable: longForm(trainable),
      options: part,
    },
  };
}

async function resolveFusion(
  { use, trainable, ...options }: LongManifest['fusion'],
  resolve: ResolvePart,
): Promise<Resolved<ResolvedFusion, 'fusion'>> {
  const { part, found } = await resolve('fusion', undefined, use, options);
  return { found, part: { use: found.package, trainable: longForm(trainable), options: part } };
}

async function resolveHead(
  { use, column, weight, trainable, ...options }: LongManifest['heads'][string],
  name: string,
  resolve: ResolvePart,
): Promise<Resolved<ResolvedHead, 'head'>> {
  const { part, found } = await resolve('heads', name, use, options);
  const resolved = {
    use: found.package,
    column: column ?? name,
    weight,
    trainable: longForm(trainable),
    options: part,
  };
  return { found, part: resolved };
}

/** `lora` → `{ mode: lora, … }` */
const longForm = (trainable: Trainable | Trainable['mode'] = 'full'): Trainable =>
  typeof trainable === 'string' ? trainableSchema.parse({ mode: trainable }) : trainable;

/** `easy-vqa` of `/models/easy-vqa.yaml` */
const fileName = (path: string | undefined): string | undefined =>
  path
    ?.split(/[\\/]/)
    .at(-1)
    ?.replace(/\.(ya?ml|json)$/i, '');

/** One after the other, so that of several errors always the first is thrown. */
async function mapValues<From, To>(
  record: Readonly<Record<string, From>>,
  map: (value: From, key: string) => Promise<To>,
): Promise<Record<string, To>> {
  const entries: [string, To][] = [];
  for (const [key, value] of Object.entries(record)) entries.push([key, await map(value, key)]);
  return Object.fromEntries(entries);
}

const mapEach = <From, To>(record: Readonly<Record<string, From>>, map: (value: From) => To): Record<string, To> =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]));
