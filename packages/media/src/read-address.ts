import type { Platform } from './platform.js';
import type { Access } from './read-access.js';
import { nameOfAddress } from './read-source.js';

export interface AddressOptions {
  /** How errors call it; without passwords and queries, should it be an address itself. Default: the address. */
  readonly name?: string;
  /** Larger files are refused, before they are read whole. Default: any size. */
  readonly maxBytes?: number;
  /** A server that sends nothing for so long is given up. Default 60. */
  readonly idleSeconds?: number;
  /** What may be read. Default: everything. */
  readonly access?: Access;
  readonly signal?: AbortSignal;
}

export type ReadAddress = (address: string | URL, options?: AddressOptions) => Promise<Uint8Array>;

export const addressReader =
  (platform: Platform): ReadAddress =>
  async (address, { name = String(address), maxBytes = Infinity, idleSeconds = 60, access, signal } = {}) => {
    signal?.throwIfAborted();
    return platform.readAddress(String(address), { name: nameOfAddress(name), maxBytes, idleSeconds, access, signal });
  };
