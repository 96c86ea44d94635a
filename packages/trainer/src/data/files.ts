import type { IO } from '@sensorium/contracts';
import { isUrl } from '@sensorium/media';

/** What a file holds. */
export interface Content {
  /** SHA-256, in hexadecimal; of an address that is no file's, the address. */
  readonly hash: string;
  /** Whether it had to be read for that. */
  readonly wasRead: boolean;
}

/**
 * The files that cells name, from one place on: the folder of a table, or those that a person chose. URLs are addresses as
 * well; except for `file:` they are not looked at, and count by what they are called.
 */
export interface Files {
  io(options?: { readonly name?: string; readonly signal?: AbortSignal }): IO;
  /** Throws SENSORIUM_NOT_FOUND, SENSORIUM_NO_PERMISSION or SENSORIUM_IO where there is no such file. */
  find(address: string): Promise<void>;
  /** Throws what `find` throws, and the signal's reason. */
  contentOf(address: string, signal?: AbortSignal): Promise<Content>;
  /** Remembers contents for later runs, where that can be written. */
  save(): Promise<void>;
}

/** Whether an address is that of a file: a path, or a `file:` URL. */
export const isFile = (address: string): boolean => !isUrl(address) || /^file:/i.test(address);
