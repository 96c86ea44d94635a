import type { IO } from '@sensorium/contracts';
import { readAddress } from '@sensorium/media';
import type { IOOptions } from './platform.js';

/**
 * Reads addresses, as far as the options allow.
 *
 * @param from what is read where an address is relative. Default: as `readAddress` takes it
 */
export function plainIO(
  { name, signal, limits, access }: IOOptions,
  from: (address: string | URL) => string | URL = (address) => address,
): IO {
  const mostBytes = limits?.['bytes'] ?? Infinity;
  return {
    name,
    signal,
    limits,
    read(address, { maxBytes = Infinity } = {}) {
      // Others are not told in which folder a program looks.
      const called = name ?? (access && String(address));
      return readAddress(from(address), { name: called, signal, access, maxBytes: Math.min(maxBytes, mostBytes) });
    },
  };
}
