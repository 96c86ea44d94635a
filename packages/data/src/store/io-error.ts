import { constants } from 'node:os';
import { type ErrorCode, SensoriumError } from '@sensorium/contracts';

interface Meaning {
  readonly code: ErrorCode;
  readonly message: string;
  readonly hint?: string;
}

const notFound: Meaning = {
  code: 'SENSORIUM_NOT_FOUND',
  message: 'there is no such file or folder',
  hint: 'Check how it is spelt, and from which folder the path is meant: one in a table or a manifest starts at its folder.',
};
const noPermission: Meaning = {
  code: 'SENSORIUM_NO_PERMISSION',
  message: 'it may not be read or written',
  hint: 'Check its owner and permissions, and whether the disk is read-only.',
};
const diskFull: Meaning = {
  code: 'SENSORIUM_DISK_FULL',
  message: 'there is no space left to write it',
  hint: 'Free some space or choose another folder. What was there before is unchanged.',
};
const noSuchPath: Meaning = {
  code: 'SENSORIUM_NOT_FOUND',
  message: 'this is longer than any path',
  hint: 'Give a path to a file, or what is in it as a data URL: "data:image/png;base64,…".',
};
const tooManyOpen: Meaning = {
  code: 'SENSORIUM_IO',
  message: 'too many files are open at once',
  hint: 'Raise the limit of the process (ulimit -n), or give it less to do at once.',
};
const folder: Meaning = {
  code: 'SENSORIUM_IO',
  message: 'this is a folder, and a file is needed',
  hint: 'Name a file in it, such as the model.onnx of a model folder.',
};

const meanings: Readonly<Record<string, Meaning>> = {
  ENOENT: notFound,
  ENOTDIR: notFound,
  ENAMETOOLONG: noSuchPath,
  EISDIR: folder,
  EMFILE: tooManyOpen,
  ENFILE: tooManyOpen,
  EACCES: noPermission,
  EPERM: noPermission,
  EROFS: noPermission,
  ENOSPC: diskFull,
  EDQUOT: diskFull,
};

/** libuv has no name for a quota that is used up: Node's code is "Unknown system error -122". */
const codeOf = ({ code, errno }: NodeJS.ErrnoException & { code: string }): string =>
  errno === -constants.errno.EDQUOT ? 'EDQUOT' : code;

/** Longer paths are cut where an error names them: what was taken for one may be a file's whole content. */
const PATH_CHARACTERS = 500;

const shown = (path: string): string => (path.length > PATH_CHARACTERS ? `${path.slice(0, PATH_CHARACTERS)}…` : path);

/**
 * The SensoriumError that an error of the file system at `path` means: SENSORIUM_NOT_FOUND, SENSORIUM_NO_PERMISSION,
 * SENSORIUM_DISK_FULL, otherwise SENSORIUM_IO. Anything else (an abort, a bug) is given back unchanged.
 */
export function ioError(error: unknown, path: string): unknown {
  if (!isSystemError(error)) return error;
  const file = shown(path);
  const { code, message, hint } = meanings[codeOf(error)] ?? {
    code: 'SENSORIUM_IO',
    message: error.message.replaceAll(path, file),
  };
  return new SensoriumError({ code, message: `"${file}": ${message}`, hint, location: { file }, cause: error });
}

function isSystemError(error: unknown): error is NodeJS.ErrnoException & { code: string } {
  return error instanceof Error && 'syscall' in error && 'code' in error && typeof error.code === 'string';
}
