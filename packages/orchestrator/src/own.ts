/** What a record has itself under a name that somebody wrote: nobody's `constructor` is JavaScript's. */
export const own = <T>(record: Readonly<Record<string, T>>, name: string | number): T | undefined =>
  Object.hasOwn(record, name) ? record[name] : undefined;
