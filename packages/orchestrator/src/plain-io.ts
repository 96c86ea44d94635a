import type { IO } from '@sensorium/contracts';
import { entryAddress, readEntry, type Place } from '@sensorium/data';
import { readAddress } from '@sensorium/media';
import type { IOOptions } from './platform.js';

/**
 * Reads addresses, as far as the options allow; those in archives and Parquet files (`photos.zip!cats/1.png`) where everything
 * may be read.
 *
 * @param place where archives lie
 * @param from what is read where an address is relative. Default: as `readAddress` takes it
 */
export function plainIO(
  { name, signal, limits, access }: IOOptions,
  place: Place,
  from: (address: string | URL) => string | URL = (address) => address,
): IO {
  const mostBytes = limits?.['bytes'] ?? Infinity;
  return {
    name,
    signal,
    limits,
    async read(address, { maxBytes: most = Infinity } = {}) {
      const maxBytes = Math.min(most, mostBytes);
      const whole = from(address);
      const inside = access ? undefined : entryAddress(String(whole));
      if (inside) return readEntry(await place.open(inside.container, signal), inside.entry, { maxBytes, signal });
      // Others are not told in which folder a program looks.
      const called = name ?? (access && String(address));
      return readAddress(whole, { name: called, signal, access, maxBytes });
    },
  };
}
