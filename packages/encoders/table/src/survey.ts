import type { Survey, Surveyed, Warning } from '@sensorium/contracts';
import type { Row } from '@sensorium/modality-table';
import { type Choice, type Layout, UNKNOWN } from './layout.js';
import { indexIn } from './prepare.js';

/** Columns that are named. */
const MOST_NAMED = 8;
/** A smaller share of unknown categories is as it should be. */
const UNKNOWN_SHARE = 0.02;

/** What is known of rows before training: how columns are read, which of them say nothing, and which categories are unknown. */
export async function surveyRows(rows: AsyncIterable<Surveyed<Row>>, layout: Layout): Promise<Survey> {
  const first = new Map<string, Row[string]>();
  const varying = new Set<string>();
  const unknown = new Map<Choice, number>();
  let total = 0;
  for await (const { value: row, rows: count } of rows) {
    total += count;
    for (const [name, cell] of Object.entries(row)) {
      if (!first.has(name)) first.set(name, cell);
      else if (first.get(name) !== cell) varying.add(name);
    }
    for (const choice of layout.choices) {
      if (indexIn(row, choice) === UNKNOWN) unknown.set(choice, (unknown.get(choice) ?? 0) + count);
    }
  }
  const constant = [...first.keys()].filter((name) => !varying.has(name));
  return {
    facts: factsOf(layout),
    warnings: [...sameEverywhere(constant, total), ...[...unknown].flatMap((one) => manyUnknown(one, total))],
  };
}

function factsOf({ quantities, dates, choices, texts }: Layout): string[] {
  const numbers = quantities.slice(0, quantities.length - dates.length);
  const of = (kind: Choice['kind']) => choices.filter((choice) => choice.kind === kind);
  const groups: readonly (readonly [what: string, names: readonly string[]])[] = [
    ['numbers', numbers.map(({ name }) => name)],
    ['dates', dates.map(({ name }) => name)],
    ['yes or no', of('boolean').map(({ name }) => name)],
    ['categories', of('category').map(({ name }) => name)],
    ['texts', texts],
  ];
  return groups.filter(([, names]) => names.length > 0).map(([what, names]) => `${what}: ${listed(names)}`);
}

const listed = (names: readonly string[]): string =>
  [...names.slice(0, MOST_NAMED), ...(names.length > MOST_NAMED ? ['…'] : [])].join(', ');

function sameEverywhere(names: readonly string[], rows: number): Warning[] {
  if (names.length === 0 || rows < 2) return [];
  return [
    {
      code: 'column-constant',
      message: `the same stands in all rows of ${listed(names)}: nothing is learned of that`,
      hint: 'Leave such a column out.',
    },
  ];
}

function manyUnknown([{ name, choices }, count]: readonly [Choice, number], rows: number): Warning[] {
  if (count <= UNKNOWN_SHARE * rows) return [];
  return [
    {
      code: 'categories-unknown',
      message: `${Math.round((100 * count) / rows)} % of the cells of ${name} are beyond the ${choices.length} categories that are known, and look alike to the model`,
      hint: `Where it holds words, read them: kinds: { ${name}: text }; or raise maxCategories, or lower minCount.`,
    },
  ];
}
