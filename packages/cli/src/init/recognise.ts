import type { IO, Modality, Plugin, Recognition, Source } from '@sensorium/contracts';
import type { InstalledPlugin } from '@sensorium/orchestrator';

/** A plugin that works on one kind of values. */
interface Candidate {
  /** As a manifest names it. */
  readonly use: string;
  readonly from: Modality['from'];
  readonly recognises: NonNullable<Modality['recognises']>;
}

/** What would read a column, and why. */
export interface Found extends Recognition {
  readonly use: string;
}

/**
 * For each modality the plugin that is called like it, or else the first by its name. Those whose options choose their modality
 * need to be told of a file, and are never the first to try.
 */
export function candidatesOf(kind: 'encoder' | 'head', installed: readonly InstalledPlugin[]): Candidate[] {
  const chosen = new Map<string, Candidate>();
  for (const { plugin, package: name } of installed) {
    const modality = plugin.kind === kind ? fixedModality(plugin) : undefined;
    const recognises = modality?.recognises?.bind(modality);
    if (!modality || !recognises) continue;
    const isFirst = !chosen.has(modality.name) || plugin.name === modality.name;
    if (isFirst) chosen.set(modality.name, { use: shortUse(plugin, name), from: modality.from, recognises });
  }
  return [...chosen.values()];
}

function fixedModality(plugin: Plugin): Modality | undefined {
  const modality = 'modality' in plugin ? plugin.modality : undefined;
  return typeof modality === 'function' ? undefined : modality;
}

/** `image` of ours; of others the package. */
const shortUse = ({ kind, name }: Plugin, packageName: string): string =>
  packageName === `@sensorium/${kind}-${name}` ? name : packageName;

/** The surest of what plugins say of a column; undefined where none knows it. */
export async function recognise(
  column: string,
  cells: readonly Source[],
  candidates: readonly Candidate[],
  io: IO,
): Promise<Found | undefined> {
  const found: Found[] = [];
  for (const { use, recognises } of candidates) {
    const recognition = await recognises(cells, io, column);
    if (recognition) found.push({ use, ...recognition });
  }
  return found.sort((a, b) => b.certainty - a.certainty)[0];
}
