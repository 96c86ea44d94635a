import { stringify } from 'csv-stringify/browser/esm/sync';

/**
 * A row of a table as text, with a line break at its end: cells are quoted where RFC 4180 asks for it, and where programs of
 * other countries would take a semicolon or a tab for the end of one, or cut spaces away. An empty text and null are empty.
 */
export const writeRow = (cells: readonly (string | null)[], delimiter: string): string =>
  stringify([cells], { delimiter, quoted_match: /[,;\t\r\ufeff]|^\s|\s$/ });
