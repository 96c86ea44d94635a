import { SensoriumError, type IO, type PluginFiles } from '@sensorium/contracts';
import { refuseHtml } from './html-page.js';
import { partsOf, pluginAt, type ManifestResolution, type Part, type Plugins } from './manifest/index.js';
import type { Base, Platform } from './platform.js';

/**
 * Reads the files that parts are built from, by their paths in the options, and those that these name in turn. Throws
 * SENSORIUM_NOT_FOUND, SENSORIUM_NO_PERMISSION, SENSORIUM_IO and what the plugin throws, with the key of the part; and the
 * signal's reason.
 *
 * @param base what the paths are relative to, as a rule the manifest's folder
 */
export async function readPluginFiles(
  { manifest, plugins }: Pick<ManifestResolution, 'manifest' | 'plugins'>,
  base: Base,
  platform: Platform,
  signal?: AbortSignal,
): Promise<PluginFiles> {
  const files = new Map<string, Uint8Array>();
  const io = platform.io(base, { signal });
  for (const part of partsOf(manifest)) {
    try {
      await readFilesOf(part, plugins, io, files);
    } catch (error) {
      throw SensoriumError.at(error, { key: part.key });
    }
  }
  return files;
}

async function readFilesOf(part: Part, plugins: Plugins, io: IO, files: Map<string, Uint8Array>): Promise<void> {
  const { plugin } = pluginAt(plugins, part);
  const own: string[] = [];
  const missing = (): string[] => plugin.files?.(part.options, files).filter((file) => !own.includes(file)) ?? [];
  for (let found = missing(); found.length > 0; found = missing()) {
    const [first] = own;
    for (const file of found) {
      io.signal?.throwIfAborted();
      files.set(file, files.get(file) ?? (await read(file, first, io)));
      own.push(file);
    }
  }
}

async function read(file: string, first: string | undefined, io: IO): Promise<Uint8Array> {
  try {
    const bytes = await io.read(file);
    refuseHtml(bytes, file);
    return bytes;
  } catch (error) {
    throw first === undefined ? error : namedBy(first, error);
  }
}

/** A file that another one names was lost on the way, as a rule. */
function namedBy(first: string, error: unknown): unknown {
  if (!SensoriumError.is(error)) return error;
  const { code, message, location, cause } = error;
  const hint = `"${first}" needs this file. Put it where it was when "${first}" was saved.`;
  return new SensoriumError({ code, message, hint, location, cause });
}
