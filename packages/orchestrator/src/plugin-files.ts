import { SensoriumError, type PluginFiles } from '@sensorium/contracts';
import type { ManifestResolution } from './manifest/index.js';
import type { Platform } from './platform.js';

/**
 * Reads the files that encoders are built from, by their paths in the options, and those that these name in turn. Throws
 * SENSORIUM_NOT_FOUND, SENSORIUM_NO_PERMISSION, SENSORIUM_IO and what the plugin throws, with the key of the input; and the
 * signal's reason.
 *
 * @param folder what the paths are relative to, as a rule the manifest's: a path in Node, a URL
 */
export async function readPluginFiles(
  { manifest, parts }: Pick<ManifestResolution, 'manifest' | 'parts'>,
  folder: string | URL,
  platform: Platform,
  signal?: AbortSignal,
): Promise<PluginFiles> {
  const files = new Map<string, Uint8Array>();
  for (const [name, { plugin }] of Object.entries(parts.inputs)) {
    const options = manifest.inputs[name]?.options ?? {};
    const own: string[] = [];
    const missing = (): string[] => plugin.files?.(options, files).filter((file) => !own.includes(file)) ?? [];
    try {
      for (let found = missing(); found.length > 0; found = missing()) {
        const [first] = own;
        for (const file of found) {
          signal?.throwIfAborted();
          files.set(file, files.get(file) ?? (await read(file, first)));
          own.push(file);
        }
      }
    } catch (error) {
      throw SensoriumError.at(error, { key: `inputs.${name}` });
    }
  }
  return files;

  async function read(file: string, first: string | undefined): Promise<Uint8Array> {
    try {
      return await platform.readFile(folder, file);
    } catch (error) {
      throw first === undefined ? error : namedBy(first, error);
    }
  }
}

/** A file that another one names was lost on the way, as a rule. */
function namedBy(first: string, error: unknown): unknown {
  if (!SensoriumError.is(error)) return error;
  const { code, message, location, cause } = error;
  const hint = `"${first}" needs this file. Put it where it was when "${first}" was saved.`;
  return new SensoriumError({ code, message, hint, location, cause });
}
