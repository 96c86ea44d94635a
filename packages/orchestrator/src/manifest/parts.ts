import type { PartOptions, PluginKind, ResolvedManifest, Trainable } from '@sensorium/contracts';

/** The places of a manifest where plugins are named. `fusion: x` is short for one fusion of that name. */
export type Section = 'inputs' | 'fusions' | 'heads';

/** The name of the fusion that `fusion: …` declares. */
export const ONLY_FUSION = 'fusion';

/** A plugin in its place in a model. */
export interface Part {
  /** In the manifest: `inputs.image`, `fusion`, `fusions.scene`, `heads.answer`. */
  readonly key: string;
  /** The same in steps; joined by `/`, where its parameters live. */
  readonly path: readonly [string, ...string[]];
  readonly section: Section;
  readonly name: string;
  readonly kind: Exclude<PluginKind, 'backend'>;
  /** npm package */
  readonly use: string;
  readonly options: PartOptions;
  /** What it reads: inputs and fusions. Nothing for inputs. */
  readonly of: readonly string[];
  readonly trainable: Trainable;
  /** The input whose weights it has. */
  readonly tied: string | null;
}

type Sections = Pick<ResolvedManifest, Section>;

/** Where a part stands in a manifest. */
export const pathOf = (section: Section, name: string): [string, ...string[]] =>
  section === 'fusions' && name === ONLY_FUSION ? [ONLY_FUSION] : [section, name];

/** Every part of a model: inputs, fusions, each after those that it reads, and heads. */
export function partsOf({ inputs, fusions, heads }: Sections): Part[] {
  const part = (
    section: Section,
    kind: Part['kind'],
    name: string,
  ): Pick<Part, 'key' | 'path' | 'section' | 'name' | 'kind'> => {
    const path = pathOf(section, name);
    return { key: path.join('.'), path, section, name, kind };
  };
  return [
    ...Object.entries(inputs).map(([name, { encoder, options, trainable, tied }]): Part => {
      return { ...part('inputs', 'encoder', name), use: encoder, options, trainable, of: [], tied };
    }),
    ...Object.entries(fusions).map(([name, { use, options, trainable, of }]): Part => {
      return { ...part('fusions', 'fusion', name), use, options, trainable, of, tied: null };
    }),
    ...Object.entries(heads).map(([name, { use, options, trainable, of }]): Part => {
      return { ...part('heads', 'head', name), use, options, trainable, of, tied: null };
    }),
  ];
}

/** The same manifest, with other options of one part. */
export function withOptions(
  manifest: ResolvedManifest,
  { section, name }: Part,
  options: PartOptions,
): ResolvedManifest {
  return { ...manifest, [section]: { ...manifest[section], [name]: { ...manifest[section][name], options } } };
}
