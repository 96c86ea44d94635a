/** Up to so many inputs that may be missing, every subset is tried: 62 besides all of them. */
const MOST = 6;

/**
 * Which inputs are left, where others are missing: first each one missing in turn, at last each one alone, and none twice. Beyond
 * six that may be missing, these two only.
 *
 * @param optional those that may be missing
 */
export function subsetsOf(inputs: readonly string[], optional: readonly string[]): string[][] {
  const counts =
    optional.length > MOST ? [1, optional.length - 1] : [...Array(optional.length).keys()].map((n) => n + 1);
  const missing = counts.flatMap((count) => choose(optional, count));
  const left = missing.map((gone) => inputs.filter((name) => !gone.includes(name)));
  return left.filter((names) => names.length > 0);
}

/** All choices of so many, in the order of the names. */
function choose(names: readonly string[], count: number): string[][] {
  if (count === 0) return [[]];
  return names.flatMap((name, at) => choose(names.slice(at + 1), count - 1).map((others) => [name, ...others]));
}
