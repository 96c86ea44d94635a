import type { ResolvedManifest, Warning } from '@sensorium/contracts';
import type { Split, Store } from '@sensorium/data';
import {
  chooseBackend,
  createPluginResolver,
  decidingHead,
  placeError,
  preferenceOf,
  readManifest,
  readPluginFiles,
  resolveManifest,
  type BackendReport,
  type Parts,
  type Plan,
  type PluginResolver,
  type ReadManifest,
} from '@sensorium/orchestrator';
import { checkTargets, requireCells } from '../data/check-cells.js';
import { chosenOrigin } from '../data/chosen-origin.js';
import { dataColumns, type DataColumn } from '../data/data-column.js';
import type { OpenTable } from '../data/open-table.js';
import { splitTable } from '../data/split.js';
import type { ColumnReport } from '../data/survey.js';
import type { Tables } from '../data/table.js';
import type { Host, Origin } from '../host.js';
import { inputAlone } from './alone.js';
import { buildParts } from './build-parts.js';
import { balanceNotes, checkDecides, checkTraining, couplingNotes } from './check-training.js';
import { describeFirstLook, firstLookAt, type FirstLook } from './first-look.js';
import { describeHeldOut } from './held-out.js';
import { learnOptions } from './learn.js';
import { placed } from './manifest-place.js';
import type { CheckOptions, ManifestSource } from './options.js';
import { pluginReading } from './plugin-reading.js';
import { openTables, readingNotes, withoutTables } from './read-tables.js';
import { rehearse, withTraining } from './rehearse.js';
import type { Start } from './start.js';
import { stepSizeNotes, stepSizeOf } from './step-size.js';
import { surveyTables } from './survey-tables.js';

/** Everything that is known before training starts. */
export interface Setup {
  /** With what the training table taught. */
  readonly manifest: ResolvedManifest;
  /** Package → version, as installed. */
  readonly versions: Readonly<Record<string, string>>;
  readonly parts: Parts;
  readonly plan: Plan;
  /** What the caller should know although nothing is wrong. */
  readonly notes: readonly string[];
  /** What may well be wrong, with what to do. */
  readonly warnings: readonly Warning[];
  /** What the training table holds. */
  readonly reports: readonly ColumnReport[];
  /** A sentence: what validates, and how it was chosen. */
  readonly heldOut: string;
  /** Where only a part is trained on. */
  readonly firstLook?: FirstLook;
  /** Weights to start from, where `data.weights` names any. */
  readonly start?: Start;
  readonly backend: Awaited<ReturnType<typeof chooseBackend>>;
  readonly tables: Tables<OpenTable>;
  readonly columns: readonly DataColumn[];
  /** Rows of the training table; none are held out where there is a table for validation. */
  readonly split: Split;
  /** What the best epoch is chosen by; null where nothing is validated, so that the last one is kept. */
  readonly decides: Decider | null;
  readonly origin: Origin;
  /** Paths in options, of files of which parts are built. */
  readonly files: ReadonlySet<string>;
  readonly cache: Store;
}

/** The head whose metric chooses the best epoch; null: the validation loss does. */
export interface Decider {
  readonly head: string | null;
}

/** Reads manifest and tables, learns what only data can tell, builds the graph, finds the backend. Trains nothing. */
export async function setUp(host: Host, source: ManifestSource, options: CheckOptions): Promise<Setup> {
  const { platform } = host;
  const { set, from = host.from, plugins, packages, files: chosen, cache = host.cache(), onProgress, signal } = options;
  const written = await readManifest(source, { set });
  const read = options.alone === undefined ? written : inputAlone(written, options.alone);
  const resolver = createPluginResolver({ from, plugins, packages });
  const resolution = await resolveManifest(read, resolver);
  checkTraining(resolution.manifest, options, read);
  const origin = chosen ? chosenOrigin(chosen, platform) : host.origin(read.file, cache);
  const all = await openTables(resolution.manifest, options, origin, read, signal);
  const files = await placed(read, () =>
    readPluginFiles(resolution, origin.base, platform, pluginReading(cache, onProgress, signal)),
  );
  const backend = await findBackend(host, options, resolution.manifest, resolver, read);
  const learning = { table: all.train, plugins: resolution.plugins, files, read, onProgress, signal };
  const learned = await learnOptions(resolution.manifest, learning);
  const whole = options.rows ? withoutTables(learned) : learned;
  const built = await buildParts(whole, resolution, files, origin, read);
  const { parts, start } = built;
  checkDecides(whole, parts, read);

  const columns = dataColumns({ manifest: whole, parts, versions: resolution.versions });
  for (const table of Object.values<OpenTable>({ ...all })) {
    await requireCells(table, columns);
    await checkTargets(table, columns, signal);
  }
  const look = options.quick ? firstLookAt(all, whole) : undefined;
  const { tables, manifest } = look ?? { tables: all, manifest: whole };
  const { training, data } = manifest;
  const share = tables.validation ? 0 : training.validation;
  const split = await splitTable(tables.train, { columns, groups: data.groups, share, seed: training.seed });
  const rows = split.train.length;
  // What cannot be trained is found here, before anything is prepared.
  const planned = { manifest, parts, backend: backend.use, start: start?.weights ?? {} };
  const program = await placed(read, () => rehearse(planned, rows));
  const size = stepSizeOf(training, rows);
  const { reports, warnings } = await surveyTables(tables, columns, split, signal);
  return {
    manifest,
    versions: resolution.versions,
    parts,
    plan: withTraining(built.plan, manifest, program),
    notes: [
      ...readingNotes(tables),
      ...(look ? [describeFirstLook(look.firstLook)] : []),
      ...built.notes,
      ...stepSizeNotes(training, size, rows),
      ...couplingNotes(manifest, parts, size.accumulate),
      ...balanceNotes(manifest, program.trained),
    ],
    warnings: [...built.warnings, ...warnings],
    reports,
    heldOut: describeHeldOut(manifest, tables, columns, split),
    ...(look && { firstLook: look.firstLook }),
    ...(start && { start }),
    backend,
    tables,
    columns,
    split,
    decides: tables.validation || split.held.length > 0 ? { head: decidingHead(manifest, parts) } : null,
    origin,
    files: new Set(files.keys()),
    cache,
  };
}

/** What is wrong with the manifest's own choice is placed there. Where nobody has chosen, something may stand in. */
async function findBackend(
  { platform }: Host,
  { backend: wanted }: CheckOptions,
  manifest: ResolvedManifest,
  resolver: PluginResolver,
  read: ReadManifest,
): Promise<Setup['backend']> {
  if (wanted !== undefined) return chooseBackend(platform, [wanted].flat(), resolver);
  const preferred = manifest.backend ?? preferenceOf(manifest, platform);
  try {
    return await chooseBackend(platform, preferred, resolver);
  } catch (error) {
    throw placeError(error, read, 'backend');
  }
}

/** What people are told of a backend. */
export const reportOf = ({ backend, passedOver }: BackendReport): BackendReport => ({ backend, passedOver });
