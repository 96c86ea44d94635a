/** What may stand between cells, with what people call it. */
const names = { ',': 'commas', ';': 'semicolons', '\t': 'tabs', '|': 'vertical bars' } as const;

export type Delimiter = keyof typeof names;

const delimiters = Object.keys(names) as Delimiter[];

const usual = { csv: ',', tsv: '\t' } as const satisfies Record<string, Delimiter>;

export type DelimitedKind = keyof typeof usual;

/** Characters of the longest header in which delimiters are counted: a quote in it may never be closed. */
const LONGEST_HEADER = 2 ** 20;

/** What separates the cells of a table: what its ending says, unless the header has none of it, and others. */
export function delimiterOf(text: string, kind: DelimitedKind): Delimiter {
  const counts = countInHeader(text);
  const countOf = (delimiter: Delimiter): number => counts.get(delimiter) ?? 0;
  const expected = usual[kind];
  if (countOf(expected) > 0) return expected;
  return delimiters.reduce((best, other) => (countOf(other) > countOf(best) ? other : best), expected);
}

/** How often each stands in the first line, but for what is in quotes. */
function countInHeader(text: string): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  let inQuotes = false;
  for (const character of text.slice(0, LONGEST_HEADER)) {
    if (character === '"') inQuotes = !inQuotes;
    if (inQuotes) continue;
    if (character === '\n' || character === '\r') break;
    counts.set(character, (counts.get(character) ?? 0) + 1);
  }
  return counts;
}

/** `semicolons`, where they stand in names of columns, in which they hardly belong; undefined where none does. */
export function delimiterIn(columns: readonly string[]): string | undefined {
  const found = delimiters.find((delimiter) => columns.some((column) => column.includes(delimiter)));
  return found && names[found];
}
