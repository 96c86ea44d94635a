/** An argument as a POSIX shell needs it. */
export const quote = (argument: string): string =>
  /^[\w./:@=,+-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", `'\\''`)}'`;
