// A row of a table: cells by the names of their columns.

/** An object, or JSON of one → the same, with null for empty cells. */
export async function decode(source) {
  const row = typeof source === 'string' ? JSON.parse(source) : source;
  return Object.fromEntries(
    Object.entries(row).map(([column, cell]) => [column, cell === null || String(cell).trim() === '' ? null : cell]),
  );
}
