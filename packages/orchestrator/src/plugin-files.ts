import { SensoriumError, type FileReading, type IO, type PluginFiles } from '@sensorium/contracts';
import { refuseHtml } from './html-page.js';
import { partsOf, pluginAt, type ManifestResolution, type Part, type Plugins } from './manifest/index.js';
import type { Base, Platform } from './platform.js';

/** What plugins read with that know where to look themselves. */
export interface PluginReading extends Pick<FileReading, 'kept' | 'keep' | 'signal'> {
  readonly onProgress?: (file: string, done: number, total: number) => void;
}

/** Nothing is kept. */
const forgetful: PluginReading = { kept: async () => undefined, keep: async () => undefined };

/**
 * Reads the files that parts are built from, by their paths in the options, and those that these name in turn. Throws
 * SENSORIUM_NOT_FOUND, SENSORIUM_NO_PERMISSION, SENSORIUM_IO and what the plugin throws, with the key of the part; and the
 * signal's reason.
 *
 * @param base what the paths are relative to, as a rule the manifest's folder. Default: the working directory, or the page
 */
export async function readPluginFiles(
  { manifest, plugins }: Pick<ManifestResolution, 'manifest' | 'plugins'>,
  base: Base | undefined,
  platform: Platform,
  reading: PluginReading = forgetful,
): Promise<PluginFiles> {
  const files = new Map<string, Uint8Array>();
  const io = platform.io(base, { signal: reading.signal });
  for (const part of partsOf(manifest)) {
    try {
      await readFilesOf(part, plugins, { io, reading }, files);
    } catch (error) {
      throw SensoriumError.at(error, { key: part.key });
    }
  }
  return files;
}

interface Means {
  readonly io: IO;
  readonly reading: PluginReading;
}

async function readFilesOf(
  part: Part,
  plugins: Plugins,
  { io, reading }: Means,
  files: Map<string, Uint8Array>,
): Promise<void> {
  const { plugin } = pluginAt(plugins, part);
  const own: string[] = [];
  const readItself = (file: string): Promise<Uint8Array> | undefined =>
    plugin.read?.(file, part.options, {
      ...reading,
      onProgress: (done, total) => reading.onProgress?.(file, done, total),
    });
  const missing = (): string[] => plugin.files?.(part.options, files).filter((file) => !own.includes(file)) ?? [];
  for (let found = missing(); found.length > 0; found = missing()) {
    const [first] = own;
    for (const file of found) {
      io.signal?.throwIfAborted();
      files.set(file, files.get(file) ?? (await (readItself(file) ?? read(file, first, io))));
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
