import { isAbsolute, relative, resolve, sep } from 'node:path';
import type { PartOptions, ResolvedManifest } from '@sensorium/contracts';
import { mapRecord } from '@sensorium/orchestrator';

/** A folder and the names of files in it, as a manifest has them. */
export interface Origin {
  readonly folder: string;
  /** Those that encoders are built from. */
  readonly files: ReadonlySet<string>;
}

/** The manifest as it stands in another folder: its tables, weights and files are relative to that. */
export function relocate(manifest: ResolvedManifest, { folder, files }: Origin, to: string): ResolvedManifest {
  const moved = (path: string): string =>
    isAbsolute(path) ? path : relative(to, resolve(folder, path)).split(sep).join('/');
  const withFiles = (options: PartOptions): PartOptions =>
    mapRecord(options, (value) => (typeof value === 'string' && files.has(value) ? moved(value) : value));
  return {
    ...manifest,
    inputs: mapRecord(manifest.inputs, (input) => ({ ...input, options: withFiles(input.options) })),
    data: mapRecord(manifest.data as Record<string, string>, moved),
  };
}
