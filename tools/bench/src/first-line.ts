/** What an error says first: engines go on with where in their sources it arose. */
export const firstLine = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).trim().replace(/\n[^]*$/, '');
