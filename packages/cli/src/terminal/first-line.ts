/** Of an error's message: what follows is a package's own advice. */
export const firstLine = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).trim().replace(/\n[^]*$/, '');
