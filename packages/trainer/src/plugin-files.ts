import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { SensoriumError, type PluginFiles } from '@sensorium/contracts';
import { ioError } from '@sensorium/data';
import type { ManifestResolution } from '@sensorium/orchestrator';

/**
 * Reads the files that encoders are built from; their paths are relative to `folder`. Throws SENSORIUM_NOT_FOUND,
 * SENSORIUM_NO_PERMISSION, SENSORIUM_IO, with the key of the input.
 */
export async function readPluginFiles(
  { manifest, parts }: Pick<ManifestResolution, 'manifest' | 'parts'>,
  folder: string,
  signal?: AbortSignal,
): Promise<PluginFiles> {
  const files = new Map<string, Uint8Array>();
  for (const [name, { plugin }] of Object.entries(parts.inputs)) {
    for (const file of plugin.files?.(manifest.inputs[name]?.options ?? {}) ?? []) {
      files.set(file, files.get(file) ?? (await read(resolve(folder, file), `inputs.${name}`, signal)));
    }
  }
  return files;
}

async function read(path: string, key: string, signal: AbortSignal | undefined): Promise<Uint8Array> {
  try {
    return await readFile(path, { signal });
  } catch (error) {
    throw SensoriumError.at(ioError(error, path), { key });
  }
}
