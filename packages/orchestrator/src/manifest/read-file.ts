import { SensoriumError, type ErrorCode, type ErrorLocation } from '@sensorium/contracts';

// Not imported, so that bundlers for browsers, where this file is never loaded, do not stumble over them.
const { constants, open } = process.getBuiltinModule('node:fs/promises');
const nodePath = process.getBuiltinModule('node:path');
const { fileURLToPath } = process.getBuiltinModule('node:url');

type Reason = readonly [ErrorCode, string];

/** A file of text, under its absolute path and the name by which messages call it. */
export interface TextFile {
  readonly path: string;
  readonly name: string;
  readonly text: string;
}

/** Far more than any manifest has. */
const MOST_BYTES = 2 ** 26;

const tooLarge: Reason = ['SENSORIUM_MANIFEST_SYNTAX', 'The file has more than 64 MiB, and is no manifest'];
const noFile: Reason = ['SENSORIUM_IO', 'This is a pipe or a device, not a file'];

const reasons: Readonly<Record<string, Reason>> = {
  ENOENT: ['SENSORIUM_NOT_FOUND', 'There is no such file'],
  ENOTDIR: ['SENSORIUM_NOT_FOUND', 'There is no such file'],
  EISDIR: ['SENSORIUM_NOT_FOUND', 'This is a folder, not a manifest'],
  EACCES: ['SENSORIUM_NO_PERMISSION', 'The file may not be read'],
  EPERM: ['SENSORIUM_NO_PERMISSION', 'The file may not be read'],
};

/**
 * @param location where the file was asked for, by default the file itself
 * @throws SENSORIUM_NOT_FOUND, SENSORIUM_NO_PERMISSION, SENSORIUM_IO; SENSORIUM_MANIFEST_SYNTAX for what is not UTF-8
 */
async function readText(path: string, name: string, location: ErrorLocation = { file: name }): Promise<TextFile> {
  const fail = ([code, message]: Reason, cause?: unknown): SensoriumError =>
    new SensoriumError({
      code,
      message: `${message}: ${path}`,
      hint: 'Check how the path is spelt; a relative one starts at the folder in which this runs, in "extends" at the manifest.',
      location,
      cause,
    });
  const bytes = await readBytes(path, fail).catch((error: NodeJS.ErrnoException) => {
    if (SensoriumError.is(error)) throw error;
    throw fail(reasons[error.code ?? ''] ?? ['SENSORIUM_IO', 'Reading failed'], error);
  });
  try {
    return { path, name, text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) };
  } catch (cause) {
    const message = `The file is not UTF-8 text: ${path}`;
    const hint = 'Save it as UTF-8.';
    throw new SensoriumError({ code: 'SENSORIUM_MANIFEST_SYNTAX', message, hint, location: { file: name }, cause });
  }
}

async function readBytes(path: string, fail: (reason: Reason) => SensoriumError): Promise<Uint8Array> {
  // Opening a pipe would otherwise wait for somebody to write into it.
  const handle = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    const status = await handle.stat();
    if (!status.isFile() && !status.isDirectory()) throw fail(noFile);
    if (status.size > MOST_BYTES) throw fail(tooLarge);
    return await handle.readFile();
  } finally {
    await handle.close();
  }
}

export function readManifestFile(source: string | URL, folder = process.cwd()): Promise<TextFile> {
  const name = typeof source === 'string' ? source : fileURLToPath(source);
  return readText(nodePath.resolve(folder, name), name);
}

/** @param from the manifest that extends it, by default one in `folder` */
export function readBaseFile(
  extended: string,
  location: ErrorLocation,
  from: TextFile | undefined,
  folder = process.cwd(),
): Promise<TextFile> {
  const path = nodePath.resolve(from ? nodePath.dirname(from.path) : folder, extended);
  return readText(
    path,
    from && !nodePath.isAbsolute(extended) ? nodePath.join(nodePath.dirname(from.name), extended) : extended,
    location,
  );
}

/** A path relative to `base`, as seen from `from`; in both, slashes go forward. */
export function rebasePath(path: string, base: TextFile, from: TextFile | undefined, folder = process.cwd()): string {
  if (nodePath.isAbsolute(path) || URL.canParse(path)) return path;
  const way = nodePath.relative(from ? nodePath.dirname(from.path) : folder, nodePath.dirname(base.path));
  return nodePath.posix.join(way.split(nodePath.sep).join('/'), path);
}
