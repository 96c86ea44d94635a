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
const folder: Meaning = {
  code: 'SENSORIUM_IO',
  message: 'this is a folder, and a file is needed',
  hint: 'Name a file in it, such as the model.onnx of a model folder.',
};

const meanings: Readonly<Record<string, Meaning>> = {
  ENOENT: notFound,
  ENOTDIR: notFound,
  EISDIR: folder,
  EACCES: noPermission,
  EPERM: noPermission,
  EROFS: noPermission,
  ENOSPC: diskFull,
  EDQUOT: diskFull,
};

/**
 * The SensoriumError that an error of the file system at `path` means: SENSORIUM_NOT_FOUND, SENSORIUM_NO_PERMISSION,
 * SENSORIUM_DISK_FULL, otherwise SENSORIUM_IO. Anything else (an abort, a bug) is given back unchanged.
 */
export function ioError(error: unknown, path: string): unknown {
  if (!isSystemError(error)) return error;
  const { code, message, hint } = meanings[error.code] ?? { code: 'SENSORIUM_IO', message: error.message };
  return new SensoriumError({ code, message: `"${path}": ${message}`, hint, location: { file: path }, cause: error });
}

function isSystemError(error: unknown): error is Error & { code: string } {
  return error instanceof Error && 'syscall' in error && 'code' in error && typeof error.code === 'string';
}
