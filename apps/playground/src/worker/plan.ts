import { partsOf } from '@sensorium/orchestrator';
import { check, type Plan } from '@sensorium/web';
import { madeUpRows } from './made-up-rows.js';
import type { Context } from './serve.js';

/** What a manifest describes. */
export interface Drawn {
  readonly plan: Plan;
  /** By the names of fusions and heads: what each reads. */
  readonly reads: Readonly<Record<string, readonly string[]>>;
  readonly notes: readonly string[];
}

/** Plans what a manifest describes, on a table that is made up for it. Throws what `check` throws, with the place. */
export async function plan({ yaml }: { readonly yaml: string }, { signal }: Context): Promise<Drawn> {
  const rows = await madeUpRows(yaml);
  const { plan, manifest, notes } = await check(yaml, { rows, signal, backend: 'wasm' });
  const reads = partsOf(manifest).filter(({ section }) => section !== 'inputs');
  return { plan, reads: Object.fromEntries(reads.map(({ key, of }) => [key, of])), notes };
}
