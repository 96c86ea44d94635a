import {
  required,
  SensoriumError,
  trainableSchema,
  type PartOptions,
  type ResolvedFusion,
  type ResolvedHead,
  type ResolvedInput,
  type ResolvedManifest,
  type Trainable,
} from '@sensorium/contracts';
import { issuesToProblems } from './issues.js';
import type { Path } from './located.js';
import { forms } from './merge.js';
import { ONLY_FUSION, partsOf, type Part, type Section } from './parts.js';
import { problemAt, throwProblems, type Problem } from './problems.js';
import type { LongManifest, ReadManifest } from './read.js';
import { readingOf } from './reading.js';
import type { PluginResolver, ResolvedPlugin } from './resolver.js';
import { wiringProblems } from './wiring.js';

/** The plugin of each part, by the part's key. */
export type Plugins = ReadonlyMap<Part['key'], ResolvedPlugin>;

export interface ManifestResolution {
  readonly manifest: ResolvedManifest;
  readonly plugins: Plugins;
  /** Package → version. Plugins that were given directly have none. */
  readonly versions: Readonly<Record<string, string>>;
}

/**
 * Finds the plugin of every part, checks its options and what it reads, and spells out every default.
 *
 * @throws SENSORIUM_UNKNOWN_PLUGIN, SENSORIUM_BAD_PLUGIN, SENSORIUM_UNKNOWN_KEY, SENSORIUM_MANIFEST_INVALID, each with
 *   the place in the manifest
 */
export async function resolveManifest(read: ReadManifest, resolver: PluginResolver): Promise<ManifestResolution> {
  const { name, training, data, backend } = read.manifest;
  const problems: Problem[] = [];
  const { inputs, fusions, heads } = await resolveParts(read, resolver, problems);
  problems.push(...wiringProblems(read));
  throwProblems(problems);
  const reading = readingOf(read.manifest);
  const manifest: ResolvedManifest = {
    sensorium: 1,
    name: name ?? fileName(read.file) ?? 'model',
    inputs: mapEach(inputs, ({ part }) => part),
    fusions: Object.fromEntries(
      reading.fusions.map((fusion) => [fusion, { ...at(fusions, fusion).part, of: reading.of(fusion) }]),
    ),
    heads: mapEach(heads, ({ part }, head) => ({ ...part, of: reading.ofHead(head) })),
    training,
    data,
    backend: typeof backend === 'string' ? [backend] : (backend ?? null),
  };
  const found: Readonly<Record<Section, Readonly<Record<string, Resolved<unknown>>>>> = { inputs, fusions, heads };
  const plugins = new Map(partsOf(manifest).map((part) => [part.key, at(found[part.section], part.name).found]));
  return { manifest, plugins, versions: versionsOf(plugins) };
}

/** Package → version. */
export const versionsOf = (plugins: Plugins): Record<string, string> =>
  Object.fromEntries(
    [...plugins.values()].flatMap(({ package: name, version }) => (version === undefined ? [] : [[name, version]])),
  );

/** A part of the resolved manifest, and its plugin. */
interface Resolved<P> {
  readonly part: P;
  readonly found: ResolvedPlugin;
}

interface ResolvedSections {
  readonly inputs: Readonly<Record<string, Resolved<ResolvedInput>>>;
  readonly fusions: Readonly<Record<string, Resolved<Omit<ResolvedFusion, 'of'>>>>;
  readonly heads: Readonly<Record<string, Resolved<Omit<ResolvedHead, 'of'>>>>;
}

async function resolveParts(
  read: ReadManifest,
  resolver: PluginResolver,
  problems: Problem[],
): Promise<ResolvedSections> {
  const { inputs, fusion, fusions = {}, heads } = read.manifest;
  const resolve = partResolver(read, resolver, problems);
  return {
    inputs: await resolveEach(inputs, (input, name) => resolveInput(input, name, resolve)),
    fusions: {
      ...(await resolveEach(fusion ? { [ONLY_FUSION]: fusion } : {}, (one) =>
        resolveFusion(one, [ONLY_FUSION], resolve),
      )),
      ...(await resolveEach(fusions, (one, name) => resolveFusion(one, ['fusions', name], resolve))),
    },
    heads: await resolveEach(heads, (head, name) => resolveHead(head, name, read, problems, resolve)),
  };
}

/** Finds the plugin that `use` names, undefined where it cannot, and checks its options; null: it has none of its own. */
type ResolvePart = (
  path: readonly [keyof typeof forms, ...string[]],
  use: string,
  options: PartOptions | null,
) => Promise<Resolved<PartOptions> | undefined>;

function partResolver({ locate }: ReadManifest, resolver: PluginResolver, problems: Problem[]): ResolvePart {
  return async (path, use, options) => {
    const { kind, plugin: pluginKey, keys } = forms[path[0]];
    const found = await resolver.resolve(kind, use).catch((error: unknown) => {
      if (!SensoriumError.is(error)) throw error;
      problems.push(problemAt(error, locate([...path, pluginKey])));
    });
    if (!found) return undefined;
    // TypeScript does not see that a plugin of one of the kinds is a plugin.
    const plugin = found as ResolvedPlugin;
    if (options === null) return { part: {}, found: plugin };
    const schema = plugin.plugin.options;
    const { data, error } = schema.safeParse(options);
    const checked = {
      schema,
      value: options,
      path: path as Path,
      noun: 'option',
      owner: found.package,
      otherKeys: keys,
      locate,
    } as const;
    if (error) problems.push(...issuesToProblems(error.issues, checked));
    return { part: data ?? {}, found: plugin };
  };
}

async function resolveInput(
  written: LongManifest['inputs'][string],
  name: string,
  resolve: ResolvePart,
): Promise<Resolved<ResolvedInput> | undefined> {
  const { encoder, column, columns, many, tied, missing, modalityDropout, trainable, ...options } = written;
  // Those of the input that it is tied to count: one source of truth.
  const resolved = await resolve(['inputs', name], encoder, tied === undefined ? options : null);
  if (!resolved) return undefined;
  const { part, found } = resolved;
  return {
    found,
    part: {
      encoder: found.package,
      column: columns ?? column ?? name,
      many: many ?? null,
      tied: tied ?? null,
      missing,
      modalityDropout: modalityDropout ?? (missing === 'error' ? 0 : 0.1),
      trainable: longForm(trainable),
      options: part,
    },
  };
}

async function resolveFusion(
  { use, of: _, trainable, ...options }: NonNullable<LongManifest['fusion']>,
  path: ['fusion'] | ['fusions', string],
  resolve: ResolvePart,
): Promise<Resolved<Omit<ResolvedFusion, 'of'>> | undefined> {
  const resolved = await resolve(path, use, options);
  if (!resolved) return undefined;
  const { part, found } = resolved;
  return { found, part: { use: found.package, trainable: longForm(trainable), options: part } };
}

async function resolveHead(
  { use, of: _, column, weight, trainable, ...options }: LongManifest['heads'][string],
  name: string,
  { locate }: ReadManifest,
  problems: Problem[],
  resolve: ResolvePart,
): Promise<Resolved<Omit<ResolvedHead, 'of'>> | undefined> {
  const resolved = await resolve(['heads', name], use, options);
  if (!resolved) return undefined;
  const { part, found } = resolved;
  const { plugin } = found;
  const learns = plugin.kind === 'head' && plugin.modality !== undefined;
  if (column !== undefined && !learns) {
    problems.push({
      code: 'SENSORIUM_MANIFEST_INVALID',
      message: `heads.${name}.column is "${column}", and ${found.package} learns from no column.`,
      hint: 'Leave "column" out.',
      location: locate(['heads', name, 'column'], 'key'),
    });
  }
  return {
    found,
    part: {
      use: found.package,
      column: learns ? (column ?? name) : null,
      weight,
      trainable: longForm(trainable),
      options: part,
    },
  };
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

/** Leaves out parts whose plugins are not found. One after the other, so that the order of the problems is always the same. */
async function resolveEach<From, To>(
  record: Readonly<Record<string, From>>,
  resolve: (value: From, key: string) => Promise<To | undefined>,
): Promise<Record<string, To>> {
  const entries: [string, To][] = [];
  for (const [key, value] of Object.entries(record)) {
    const resolved = await resolve(value, key);
    if (resolved !== undefined) entries.push([key, resolved]);
  }
  return Object.fromEntries(entries);
}

const at = <T>(record: Readonly<Record<string, T>>, name: string): T => required(record[name], `the part "${name}"`);

const mapEach = <From, To>(
  record: Readonly<Record<string, From>>,
  map: (value: From, key: string) => To,
): Record<string, To> => Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value, key)]));
