/** Every code that Sensorium itself gives, and what it means. Plugins may add their own under the same prefix. */
export const errorCodes = {
  SENSORIUM_MANIFEST_SYNTAX: 'the manifest is not readable YAML or JSON',
  SENSORIUM_MANIFEST_INVALID: 'a value in the manifest is not what the schema allows',
  SENSORIUM_UNKNOWN_KEY: 'a key that the schema does not know',
  SENSORIUM_UNKNOWN_PLUGIN: 'no such plugin is installed',
  SENSORIUM_BAD_PLUGIN: 'a package was found, but it is not a plugin of the kind asked for',
  SENSORIUM_MISSING_PACKAGE: 'an optional package is needed and not installed',
  SENSORIUM_MISSING_COLUMN: 'the table lacks a column that the manifest names',
  SENSORIUM_EMPTY_TABLE: 'the table has no rows',
  SENSORIUM_BAD_TABLE: 'the table cannot be read',
  SENSORIUM_UNSEEN_LABEL: 'a label that training never saw',
  SENSORIUM_MISSING_INPUT: 'a sample lacks an input that the model needs',
  SENSORIUM_UNKNOWN_INPUT: 'an input that the model does not have',
  SENSORIUM_BAD_MEDIA: 'a picture, text or other medium cannot be decoded',
  SENSORIUM_MEDIA_TOO_LARGE: 'a medium is larger than the limit',
  SENSORIUM_NOT_FOUND: 'a file or folder does not exist',
  SENSORIUM_NO_PERMISSION: 'a file or folder may not be read or written',
  SENSORIUM_EXISTS: 'something is there that would be replaced',
  SENSORIUM_DISK_FULL: 'there is no space left to write',
  SENSORIUM_IO: 'reading or writing failed',
  SENSORIUM_TIMEOUT: 'something took longer than it may',
  SENSORIUM_BAD_MODEL: 'a model or its folder is damaged or not a Sensorium model',
  SENSORIUM_CHECKSUM: 'a file of a model folder was changed after it was written',
  SENSORIUM_BACKEND_UNAVAILABLE: 'the backend cannot run on this machine',
  SENSORIUM_OUT_OF_MEMORY: 'a model needs more memory than the backend can have',
  SENSORIUM_SHAPE: 'shapes do not fit together',
  SENSORIUM_DTYPE: 'element types do not fit together',
  SENSORIUM_NO_GRADIENT: 'an operator without gradient lies on the path to a trained parameter',
  SENSORIUM_DUPLICATE_NAME: 'two things have one name',
  SENSORIUM_NOT_FINITE: 'training produced NaN or infinite numbers',
  SENSORIUM_NOTHING_TO_RESUME: 'there is no checkpoint, or it belongs to another training',
  SENSORIUM_LOCKED: 'another training writes into the same folder',
  SENSORIUM_DISPOSED: 'the object was used after dispose()',
  SENSORIUM_USAGE: 'the command line, or an option of a function, was not understood',
  SENSORIUM_INTERRUPTED: 'a command was stopped by a signal',
  SENSORIUM_UNEXPECTED: 'a mistake in Sensorium or a plugin',
} as const;

export type ErrorCode = keyof typeof errorCodes | `SENSORIUM_PLUGIN_${string}`;

/** Where the trouble is: any of file, 1-based line and column, 1-based data row, key. */
export interface ErrorLocation {
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
  readonly row?: number;
  readonly key?: string;
}

export interface ErrorDetails {
  readonly code: ErrorCode;
  /** What was given and what was expected. */
  readonly message: string;
  /** What to do. */
  readonly hint?: string;
  readonly location?: ErrorLocation;
  readonly cause?: unknown;
}

const brand = Symbol.for('sensorium.error');

/** The one error class. Test with `SensoriumError.is`, which also knows errors of another copy of this package. */
export class SensoriumError extends Error {
  override readonly name = 'SensoriumError';
  readonly [brand] = true;
  readonly code: ErrorCode;
  readonly hint: string | undefined;
  readonly location: ErrorLocation | undefined;

  constructor({ code, message, hint, location, cause }: ErrorDetails) {
    super(message, { cause });
    this.code = code;
    this.hint = hint;
    this.location = location;
  }

  static is(value: unknown): value is SensoriumError {
    return isSensoriumError(value);
  }

  /** The same error, with what is known further out added to its location. Inner knowledge wins. */
  static at(error: unknown, location: ErrorLocation): unknown {
    return isSensoriumError(error) ? atLocation(error, location) : error;
  }
}

// Not inside the class: a bundler renames a class that names itself, and stacks show its name.

const isSensoriumError = (value: unknown): value is SensoriumError =>
  typeof value === 'object' && value !== null && brand in value;

const atLocation = ({ code, message, hint, cause, location }: SensoriumError, outer: ErrorLocation): SensoriumError =>
  new SensoriumError({ code, message, hint, cause, location: { ...outer, ...location } });

/** `train.csv, row 12` or `easy-vqa.yaml:4:3`. */
export function formatLocation({ file, line, column, row, key }: ErrorLocation): string {
  const place = [file, line, column].filter((part) => part !== undefined).join(':');
  return [place, row === undefined ? '' : `row ${row}`, key ? `"${key}"` : ''].filter(Boolean).join(', ');
}

/** Code and place, message, hint: the form in which people see an error. No stack. */
export function formatError(error: SensoriumError): string {
  const place = error.location ? formatLocation(error.location) : '';
  const lines = [[error.code, place].filter(Boolean).join('  '), `  ${error.message.replaceAll('\n', '\n  ')}`];
  if (error.hint) lines.push(`  ${error.hint.replaceAll('\n', '\n  ')}`);
  return lines.join('\n');
}

/** JSON of an error, for `--json`. */
export function errorToJson(error: SensoriumError): Record<string, unknown> {
  const { code, message, hint, location } = error;
  return { code, message, ...(hint ? { hint } : {}), ...(location ? { location } : {}) };
}
