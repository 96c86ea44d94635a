import { pipeline, Readable } from 'node:stream';
import { CsvError, parse, type CsvError as CsvFault } from 'csv-parse';
import { decodeUtf8, MARK } from './decode-utf8.js';
import { badRecord, columnsOf, commaOf, recordOptions, toRow, type ParsedRecord } from './delimited.js';
import { parseObject } from './json-lines.js';
import { rowOf } from './records.js';
import type { Row } from './row.js';
import { emptyTable, tableKind, type TableKind } from './table.js';
import { wholeLines } from './text-lines.js';

/** A table that is read row by row, and never held as a whole. */
export interface TableStream {
  readonly path: string;
  readonly columns: readonly string[];
  /** How many rows there are. */
  readonly count: number;
  /** How its cells are kept apart. */
  readonly form: TableForm;
  /** Reads the file again, from its beginning. Throws as `streamTable` does where it was changed. */
  rows(): AsyncGenerator<Row>;
}

export interface TableForm {
  /** Undefined for JSON Lines. */
  readonly delimiter: string | undefined;
  /** Whether a byte order mark stands before it, as spreadsheets write and want it. */
  readonly marked: boolean;
}

/** Characters of the longest row: of a quote that is never closed, the row is all that follows. */
const LONGEST_ROW = 2 ** 24;

/**
 * Reads a table once, so that it is known to be whole, and how long it is. Throws what `openTable` throws for it.
 */
export async function streamTable(path: string, options: { signal?: AbortSignal } = {}): Promise<TableStream> {
  const { signal } = options;
  const kind = tableKind(path);
  const form = await formOf(path, kind);
  const read = form.delimiter === undefined ? jsonRows : delimitedRows(form.delimiter);
  const columns = new Set<string>();
  let count = 0;
  for await (const row of read(path, signal)) {
    for (const column of Object.keys(row.values)) columns.add(column);
    count++;
  }
  if (count === 0) throw emptyTable(path);
  const all = [...columns];
  return { path, columns: all, count, form, rows: () => read(path, signal, all) };
}

/** Rows of a file; with `columns`, each has all of them. */
type ReadRows = (path: string, signal?: AbortSignal, columns?: readonly string[]) => AsyncGenerator<Row>;

async function formOf(path: string, kind: TableKind): Promise<TableForm> {
  for await (const bytes of wholeLines(path)) {
    const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
    const marked = text.startsWith(MARK);
    return { marked, delimiter: { csv: commaOf(text), tsv: '\t', jsonl: undefined }[kind] };
  }
  throw emptyTable(path);
}

async function* textOf(path: string, signal?: AbortSignal): AsyncGenerator<{ text: string; before: number }> {
  let before = 0;
  for await (const bytes of wholeLines(path, signal)) {
    const text = decodeUtf8(bytes, path, before);
    yield { text, before };
    before += text.split('\n').length - 1;
  }
}

async function* jsonRows(path: string, signal?: AbortSignal, columns?: readonly string[]): AsyncGenerator<Row> {
  let number = 0;
  for await (const { text, before } of textOf(path, signal)) {
    for (const [index, content] of text.split('\n').entries()) {
      if (content.trim() === '') continue;
      const line = before + index + 1;
      const record = parseObject(content, { file: path, line, row: ++number });
      yield rowOf({ record, line }, number, columns ?? Object.keys(record), path);
    }
  }
}

const delimitedRows = (delimiter: string): ReadRows =>
  async function* (path, signal) {
    let [columns, number, lines]: [readonly string[] | undefined, number, number] = [undefined, 0, 0];
    try {
      for await (const parsed of parsedRecords(path, delimiter, signal)) {
        if (columns) yield toRow(parsed, ++number, columns, path);
        else columns = columnsOf(parsed, path);
        lines = parsed.info.lines;
      }
    } catch (error) {
      if (!isCsvError(error)) throw error;
      throw badRecord(error, path, () => lines + 1);
    }
  };

/** Another copy of csv-parse's class is in its entry for texts in memory. */
const isCsvError = (error: unknown): error is CsvFault => error instanceof CsvError;

function parsedRecords(path: string, delimiter: string, signal?: AbortSignal): AsyncIterable<ParsedRecord> {
  const texts = async function* () {
    for await (const { text } of textOf(path, signal)) yield text;
  };
  const parser = parse({ ...recordOptions(delimiter), max_record_size: LONGEST_ROW });
  // A failure of the source reaches who reads the parser.
  return pipeline(Readable.from(texts()), parser, () => undefined) as AsyncIterable<ParsedRecord>;
}
