import { SensoriumError, type IO, type Source } from '@sensorium/contracts';
import type { FoundTable } from '@sensorium/data';
import { usageError } from '../failure.js';
import { Names, siblingsOf, manifestName } from './names.js';
import { candidatesOf, recognise, type Found } from './recognise.js';
import { filledCells, sampleRows, uselessBecause } from './sample-rows.js';
import { trainingFor, writeManifest } from './write-manifest.js';

export interface DraftOptions {
  /** What `data.train` may name. */
  readonly source: string;
  readonly target: string | undefined;
  /** Where the manifest will be. */
  readonly file: string;
  /** Where plugins are looked for. */
  readonly from: readonly (string | URL)[];
  readonly signal: AbortSignal;
}

/** A column of the table, and what becomes of it. */
export interface DraftColumn {
  readonly column: string;
  readonly because: string;
}

/** A part of the manifest: an input of a column, or of several that are one value, or the head. */
export interface DraftPart {
  readonly name: string;
  readonly use: string;
  readonly columns: readonly DraftColumn[];
  /** Whether the columns are one value together. */
  readonly together: boolean;
  /** Rows of the table that have nothing there. */
  readonly empty: number;
}

export interface ManifestDraft {
  readonly text: string;
  readonly rows: number;
  readonly inputs: readonly DraftPart[];
  readonly head: DraftPart;
  readonly leftOut: readonly DraftColumn[];
  readonly data: Readonly<Record<string, string>>;
  /** What a folder or an archive was read as. */
  readonly readAs?: string;
}

/**
 * Looks at what the columns of a table hold, and drafts a manifest that learns one of them from the others. Throws what reading a
 * table throws; SENSORIUM_MISSING_COLUMN; SENSORIUM_USAGE without a target; SENSORIUM_BAD_TABLE where nothing can be learned, or
 * nothing is left to learn it from.
 */
export async function draftManifest(options: DraftOptions): Promise<ManifestDraft> {
  const { source, file, from, signal } = options;
  const { disk, findTable, requireColumns } = await import('@sensorium/data');
  const { listPlugins, platform } = await import('@sensorium/orchestrator');
  const found = await findTable(source, disk, { signal });
  const target = options.target ?? (await labelsOf(found));
  requireColumns(found.table, [target]);
  const { plugins } = await listPlugins(from);
  const names = new Names();
  const look = new Look(found, remembering(platform.io(found.base, { signal })), candidatesOf('head', plugins));
  const head = await look.head(target, names);
  const { inputs, leftOut } = await look.inputs(target, candidatesOf('encoder', plugins), names);
  if (inputs.length === 0) throw nothingToLearnFrom(source, target, leftOut);
  const data = { train: source, ...(await otherTables(source, found)) };
  const rows = found.table.rows.length;
  const draft = { rows, inputs, head, leftOut, data, ...(found.readAs !== undefined && { readAs: found.readAs }) };
  const name = manifestName(source);
  const text = writeManifest({
    ...draft,
    name,
    file,
    looked: sampleRows(found.table).length,
    training: trainingFor(rows),
  });
  return { ...draft, text };
}

/** Files in folders are labelled by them. Throws SENSORIUM_USAGE for a table of which nobody said what is to be learned. */
async function labelsOf({ table: { columns }, readAs }: FoundTable): Promise<string> {
  if (readAs !== undefined && columns.includes('label')) return 'label';
  throw await usageError('--target is missing, the column that is to be learned', `There is ${columns.join(', ')}.`);
}

/** Files are read once, whoever looks at them. */
function remembering(io: IO): IO {
  const files = new Map<string, Promise<Uint8Array>>();
  return {
    ...io,
    read(address, options) {
      const key = String(address);
      const reading = files.get(key) ?? io.read(address, options);
      files.set(key, reading);
      return reading;
    },
  };
}

type Candidates = ReturnType<typeof candidatesOf>;

/** What there is to see in a table. */
class Look {
  constructor(
    private readonly found: FoundTable,
    private readonly io: IO,
    private readonly heads: Candidates,
  ) {}

  /** Throws SENSORIUM_BAD_TABLE where no head learns such a column. */
  async head(target: string, names: Names): Promise<DraftPart> {
    const { table } = this.found;
    const cells = filledCells(sampleRows(table), target);
    const found = cells.length > 0 ? await recognise(target, cells, this.heads, this.io) : undefined;
    if (!found) throw nothingToLearn(table.path, target, cells.length);
    const columns = [{ column: target, because: found.because }];
    return {
      name: names.take(target, 'answer'),
      use: found.use,
      columns,
      together: false,
      empty: this.emptyRows([target]),
    };
  }

  /** Of all columns but the target; those that are one value together in one. */
  async inputs(
    target: string,
    encoders: Candidates,
    names: Names,
  ): Promise<{ readonly inputs: readonly DraftPart[]; readonly leftOut: readonly DraftColumn[] }> {
    const leftOut: DraftColumn[] = [];
    const single: (DraftColumn & { readonly use: string })[] = [];
    const together = new Map<string, DraftColumn[]>();
    for (const column of this.found.table.columns.filter((name) => name !== target)) {
      const cells = filledCells(sampleRows(this.found.table), column);
      const useless = uselessBecause(filledCells(this.found.table.rows, column));
      const found =
        useless === undefined ? await recognise(column, cells, this.readersOf(column, encoders), this.io) : undefined;
      if (!found) leftOut.push({ column, because: useless ?? 'no encoder at hand reads it, or not all of it' });
      else if (!found.together) single.push({ column, because: found.because, use: found.use });
      else together.set(found.use, [...(together.get(found.use) ?? []), await this.cell(column, cells, found)]);
    }
    const parts = [
      ...single.map(({ use, ...column }) => ({ use, columns: [column], together: false, called: column.column })),
      ...[...together].map(([use, columns]) => ({ use, columns, together: true, called: use })),
    ];
    const inputs = parts.map(({ called, ...part }) => ({
      ...part,
      name: names.take(called, 'input'),
      empty: this.emptyRows(part.columns.map(({ column }) => column)),
    }));
    return { inputs, leftOut };
  }

  /** What names the files of a folder is no text. */
  private readersOf(column: string, encoders: Candidates): Candidates {
    const isFile = this.found.readAs !== undefined && column === 'file';
    return isFile ? encoders.filter(({ from }) => from === 'file') : encoders;
  }

  /** Of a cell among others, what a head would call it says more: numbers, labels. */
  private async cell(column: string, cells: readonly Source[], { because }: Found): Promise<DraftColumn> {
    return { column, because: (await recognise(column, cells, this.heads, this.io))?.because ?? because };
  }

  private emptyRows(columns: readonly string[]): number {
    const { rows } = this.found.table;
    return rows.filter(({ values }) => columns.every((name) => (values[name] ?? null) === null)).length;
  }
}

/** Tables beside it, with the same columns. */
async function otherTables(source: string, { table }: FoundTable): Promise<Record<string, string>> {
  const { disk, findTable } = await import('@sensorium/data');
  const others: Record<string, string> = {};
  for (const { use, path } of siblingsOf(source)) {
    if (Object.hasOwn(others, use)) continue;
    const other = await findTable(path, disk).catch(() => undefined);
    if (other && table.columns.every((name) => other.table.columns.includes(name))) others[use] = path;
  }
  return others;
}

const nothingToLearn = (file: string, target: string, filled: number): SensoriumError =>
  new SensoriumError({
    code: 'SENSORIUM_BAD_TABLE',
    message:
      filled === 0
        ? `all cells of the column "${target}" are empty`
        : `the column "${target}" is nothing that a head at hand learns: neither numbers, nor labels that come again, nor texts`,
    hint: 'Name another column with --target, or write the manifest by hand: docs/manifest.md.',
    location: { file, key: target },
  });

const nothingToLearnFrom = (file: string, target: string, leftOut: readonly DraftColumn[]): SensoriumError =>
  new SensoriumError({
    code: 'SENSORIUM_BAD_TABLE',
    message: `beside "${target}" there is no column to learn it from${leftOut.length > 0 ? `: ${leftOut.map(({ column, because }) => `${column} (${because})`).join(', ')}` : ''}`,
    hint: 'A table needs a column for what is given, and one for what is to be learned.',
    location: { file },
  });
