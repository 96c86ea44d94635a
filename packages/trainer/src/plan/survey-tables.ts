import type { Warning } from '@sensorium/contracts';
import type { Split } from '@sensorium/data';
import type { DataColumn } from '../data/data-column.js';
import type { OpenTable } from '../data/open-table.js';
import { surveyColumn, warningsOfInputs, type ColumnReport, type ColumnSurvey } from '../data/survey.js';
import type { Tables } from '../data/table.js';
import { leakWarnings, sizeWarnings } from './warnings.js';

export interface TablesSurvey {
  /** Of every column of the training table that a part reads. */
  readonly reports: readonly ColumnReport[];
  readonly warnings: readonly Warning[];
}

/** Looks at all tables; of those that are not trained on, what is wrong with the inputs is told alone. */
export async function surveyTables(
  { train, ...others }: Tables<OpenTable>,
  columns: readonly DataColumn[],
  split: Split,
  signal?: AbortSignal,
): Promise<TablesSurvey> {
  const surveys: ColumnSurvey[] = [];
  for (const column of columns) surveys.push(await surveyColumn(train, column, split.train, signal));
  const elsewhere: Warning[] = [];
  for (const [name, table] of Object.entries<OpenTable>({ ...others })) {
    const warnings = await warningsOfInputs(table, columns, signal);
    elsewhere.push(...warnings.map((one) => ({ ...one, message: `in the ${name} table, ${one.message}` })));
  }
  const held = others.validation ? others.validation.table.rows.length : split.held.length;
  return {
    reports: surveys.map(({ report }) => report),
    warnings: [
      ...sizeWarnings(split.train.length, held > 0 ? held : undefined),
      ...leakWarnings(columns),
      ...surveys.flatMap(({ warnings }) => warnings),
      ...withoutThoseOf(surveys, elsewhere),
    ],
  };
}

/** What is wrong with the column everywhere is told once. */
function withoutThoseOf(surveys: readonly ColumnSurvey[], elsewhere: readonly Warning[]): Warning[] {
  const known = new Set(surveys.flatMap(({ warnings }) => warnings.map(({ key, code }) => `${key} ${code}`)));
  return elsewhere.filter(({ key, code }) => !known.has(`${key} ${code}`));
}
