import type { Platform } from './platform.js';
import { nameOfAddress } from './read-source.js';

export interface AddressOptions {
  /** How errors call it. Default: the address, without passwords and queries. */
  readonly name?: string;
  /** Larger files are refused, before they are read whole. Default: any size. */
  readonly maxBytes?: number;
  readonly signal?: AbortSignal;
}

export type ReadAddress = (address: string | URL, options?: AddressOptions) => Promise<Uint8Array>;

export const addressReader =
  (platform: Platform): ReadAddress =>
  async (address, { name = nameOfAddress(address), maxBytes = Infinity, signal } = {}) => {
    signal?.throwIfAborted();
    return platform.readAddress(String(address), { name, maxBytes, signal });
  };
