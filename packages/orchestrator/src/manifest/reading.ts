import type { LongManifest } from './read.js';
import { ONLY_FUSION } from './parts.js';

/** Who reads whom in a manifest, with all defaults. Names need not exist, and may go in circles: see `wiringProblems`. */
export interface Reading {
  /** Fusions, each after those that it reads, as far as they do not go in circles. */
  readonly fusions: readonly string[];
  /** What a fusion reads. */
  of(fusion: string): readonly string[];
  /** What a head reads; nothing where the manifest would have to say so. */
  ofHead(head: string): readonly string[];
}

export function readingOf({ inputs, fusion, fusions = {}, heads }: LongManifest): Reading {
  const written: NonNullable<LongManifest['fusions']> = { ...(fusion && { [ONLY_FUSION]: fusion }), ...fusions };
  const of = (name: string): readonly string[] => listOf(written[name]?.of) ?? Object.keys(inputs);
  const sorted = sortFusions(Object.keys(written), of);
  const last = sorted.at(-1);
  const byDefault = last === undefined ? onlyOf(Object.keys(inputs)) : [last];
  return { fusions: sorted, of, ofHead: (name) => listOf(heads[name]?.of) ?? byDefault };
}

const listOf = (of: string | readonly string[] | undefined): readonly string[] | undefined =>
  typeof of === 'string' ? [of] : of;

const onlyOf = (names: readonly string[]): readonly string[] => (names.length === 1 ? names : []);

/** In the order in which they are written, but each after those that it reads. */
function sortFusions(names: readonly string[], of: Reading['of']): string[] {
  const sorted: string[] = [];
  const open = new Set<string>();
  const visit = (name: string): void => {
    if (sorted.includes(name) || open.has(name)) return;
    open.add(name);
    for (const read of of(name)) if (names.includes(read)) visit(read);
    sorted.push(name);
  };
  names.forEach(visit);
  return sorted;
}
