import { required, type PluginFiles } from '@sensorium/contracts';
import { z } from 'zod';
import type { Options } from './options.js';
import { damaged, misfit } from './problem.js';

/** Where the files of a model lie. */
export interface Place {
  /** Path or address of one of its files, whose name has folders: `onnx/model.onnx`. */
  readonly at: (name: string) => string;
  /** The names of all its files, where the hub was asked for them. */
  readonly names?: readonly string[];
  /** Of the hub, the commit that they belong to. */
  readonly commit?: string;
}

/** A name of the hub, with or without its owner; everything else is a folder. */
const HUB_NAME = /^[a-z0-9][\w.-]*(\/[\w.-]+)?$/i;

export const isOnHub = ({ model }: Pick<Options, 'model'>): boolean => HUB_NAME.test(model);

const base = ({ hub }: Options): string => hub.replace(/\/+$/, '');

/** The address at which the hub says which commit a revision is, and which files it has. */
export const listingOf = (given: Options): string =>
  `${base(given)}/api/models/${given.model}/revision/${encodeURIComponent(given.revision ?? 'main')}`;

/** Branches and tags move, a commit does not: its files have an address at once. */
const COMMIT = /^[0-9a-f]{40}$/;

const listing = z.object({
  sha: z.string().regex(COMMIT),
  siblings: z.array(z.object({ rfilename: z.string() })),
});

/** Undefined as long as the hub was not asked which commit it is. Throws SENSORIUM_MANIFEST_INVALID for a revision of a folder. */
export function placeOf(given: Options, read: PluginFiles): Place | undefined {
  const { model, revision } = given;
  if (isOnHub(given)) {
    if (revision !== undefined && COMMIT.test(revision)) return placeOfCommit(given, revision);
    return read.has(listingOf(given)) ? placeOfListing(given, read) : undefined;
  }
  if (revision !== undefined) {
    throw misfit(model, `a folder has no revision "${revision}"`, 'Take "revision" out, or name a model of the hub.');
  }
  const folder = model.replace(/[\\/]+$/, '');
  return { at: (name) => `${folder}/${name}` };
}

function placeOfCommit(given: Options, commit: string): Place {
  const folder = `${base(given)}/${given.model}/resolve/${commit}`;
  return { at: (name) => `${folder}/${name}`, commit };
}

function placeOfListing(given: Options, read: PluginFiles): Place {
  const bytes = required(read.get(listingOf(given)), 'the listing of the hub');
  const { sha, siblings } = parsed(given.model, listingOf(given), bytes, listing);
  return { ...placeOfCommit(given, sha), names: siblings.map(({ rfilename }) => rfilename) };
}

/** JSON of a file of the model. Throws SENSORIUM_BAD_MODEL. */
export function parsed<Schema extends z.ZodType>(
  model: string,
  file: string,
  bytes: Uint8Array,
  schema: Schema,
): z.output<Schema> {
  try {
    return schema.parse(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)));
  } catch (cause) {
    throw damaged(model, `"${file}" is not as files of this name are: ${reasonOf(cause)}`, cause);
  }
}

export const reasonOf = (cause: unknown): string =>
  cause instanceof z.ZodError ? z.prettifyError(cause) : cause instanceof Error ? cause.message : String(cause);
