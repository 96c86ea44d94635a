import { openTable } from '@sensorium/data';

/** The cells of a column of a CSV file, all of which must have one. */
export async function textColumn(path: string, column: string): Promise<string[]> {
  const { rows } = await openTable(path);
  return rows.map(({ values, number }) => {
    const cell = values[column];
    if (typeof cell === 'string') return cell;
    throw new Error(`${path}, row ${number}: there is no text in "${column}"`);
  });
}
