import type { PartOptions, ResolvedManifest } from '@sensorium/contracts';
import { mapRecord } from '@sensorium/orchestrator';

/** The manifest with its paths, those of tables, weights and files of which parts are built, written as `moved` says. */
export function relocate(
  manifest: ResolvedManifest,
  files: ReadonlySet<string>,
  moved: (path: string) => string,
): ResolvedManifest {
  const withFiles = <P extends { readonly options: PartOptions }>(part: P): P => ({
    ...part,
    options: mapRecord(part.options, (value) => (typeof value === 'string' && files.has(value) ? moved(value) : value)),
  });
  const { groups, onError, weights, ...paths } = manifest.data;
  return {
    ...manifest,
    inputs: mapRecord(manifest.inputs, withFiles),
    fusions: mapRecord(manifest.fusions, withFiles),
    heads: mapRecord(manifest.heads, withFiles),
    data: {
      ...mapRecord(paths as Readonly<Record<string, string>>, moved),
      ...(weights !== undefined && { weights: Array.isArray(weights) ? weights.map(moved) : moved(weights) }),
      ...(groups !== undefined && { groups }),
      onError,
    },
  };
}
