import { createReadStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Row, TableStream } from '@sensorium/data';
import { cellsOf, textOf, type Cells } from './cells.js';
import type { AnswerFile, Line } from './line.js';
import { openTextFile, type TextFile } from './text-file.js';

export interface TableFileOptions {
  readonly table: TableStream;
  /** The names of the heads, in the order in which their columns stand. */
  readonly heads: readonly string[];
  readonly full: boolean;
}

/** What is kept of a row until all columns are known: its own cells, and those of each group. */
type Kept = readonly [own: readonly string[], groups: readonly Cells[]];

/** A column of answers. */
interface AnswerColumn {
  readonly group: number;
  readonly name: string;
  /** How it is called in the table. */
  readonly title: string;
}

const MARK = '\ufeff';
/** What stands before names that the table has already, such as that of the truth. */
const PREFIX = 'predicted.';

/**
 * Answers beside the columns of their table, which stay as they are. Which columns answers have is known after the last of
 * them: until then they lie in a file aside.
 */
export async function tableFile(out: string, { table, heads, full }: TableFileOptions): Promise<AnswerFile> {
  const aside = await openAside();
  // Of each head, of notes and of errors.
  const names = Array.from({ length: heads.length + 2 }, () => new Set<string>());
  return {
    async add(line, row) {
      const groups = groupsOf(line, heads, full);
      for (const [index, cells] of groups.entries()) for (const name of Object.keys(cells)) names[index]?.add(name);
      const kept: Kept = [await ownCells(row, table), groups];
      await aside.file.write(`${JSON.stringify(kept)}\n`);
    },
    async commit() {
      await aside.file.commit();
      await writeTable(out, table, columnsOf(names, table.columns), linesOf(aside.path));
    },
    dispose: () => aside.dispose(),
  };
}

async function openAside(): Promise<{ file: TextFile; path: string; dispose(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'sensorium-answers-'));
  const path = join(folder, 'answers.jsonl');
  const file = await openTextFile(path);
  const dispose = async (): Promise<void> => {
    await file.dispose();
    await rm(folder, { recursive: true, force: true });
  };
  return { file, path, dispose };
}

async function ownCells({ values, number }: Row, { columns }: TableStream): Promise<string[]> {
  const { required } = await import('@sensorium/contracts');
  return columns.map((column) => {
    const cell = values[column];
    return cell === null ? '' : textOf(required(cell, `the column "${column}" of row ${number}`));
  });
}

function groupsOf({ predictions = {}, notes, error }: Line, heads: readonly string[], full: boolean): Cells[] {
  return [
    ...heads.map((head) => (predictions[head] ? cellsOf(head, predictions[head], full) : {})),
    notes ? { notes: notes.map(({ input, note }) => `${input}: ${note}`).join('; ') } : {},
    error ? { error: `${String(error['code'])}: ${String(error['message'])}` } : {},
  ];
}

/** Where one of a group's names is taken, `predicted.` stands before all of them, as often as it takes. */
function columnsOf(groups: readonly ReadonlySet<string>[], own: readonly string[]): AnswerColumn[] {
  const taken = new Set(own);
  return groups.flatMap((set, group) => {
    const names = [...set];
    let prefix = '';
    while (names.some((name) => taken.has(prefix + name))) prefix += PREFIX;
    for (const name of names) taken.add(prefix + name);
    return names.map((name) => ({ group, name, title: prefix + name }));
  });
}

async function* linesOf(path: string): AsyncGenerator<Kept> {
  for await (const line of createInterface({ input: createReadStream(path), crlfDelay: Infinity })) {
    yield JSON.parse(line) as Kept;
  }
}

async function writeTable(
  out: string,
  { columns, form }: TableStream,
  answers: readonly AnswerColumn[],
  kept: AsyncIterable<Kept>,
): Promise<void> {
  const { tableKind, writeRow } = await import('@sensorium/data');
  const delimiter = tableKind(out) === 'tsv' ? '\t' : form.delimiter === ';' ? ';' : ',';
  const file = await openTextFile(out);
  try {
    await file.write(
      (form.marked ? MARK : '') + writeRow([...columns, ...answers.map(({ title }) => title)], delimiter),
    );
    for await (const [own, groups] of kept) {
      const cells = answers.map(({ group, name }) => groups[group]?.[name] ?? null);
      await file.write(writeRow([...own, ...cells], delimiter));
    }
    await file.commit();
  } finally {
    await file.dispose();
  }
}
