import { SensoriumError } from '@sensorium/contracts';
import { leadsOut } from './archive.js';

/** What stands in a file that holds others. */
export interface EntryAddress {
  /** The address of the archive or the Parquet file. */
  readonly container: string;
  /** `cats/1.png` of an archive, `image/17` of a Parquet file. Empty: all of it. */
  readonly entry: string;
}

/** `photos.zip!cats/1.png`, `shard.parquet!image/17`. Undefined for an address of another kind. */
export function entryAddress(address: string): EntryAddress | undefined {
  // An address may hold a whole file.
  if (!address.includes('!')) return undefined;
  const [, container, entry] = /^(.+?\.(?:zip|tar|parquet)(?:\?[^!]*)?)!\/?([^]*)$/i.exec(address) ?? [];
  return container === undefined || entry === undefined ? undefined : { container, entry };
}

/**
 * An address as it is meant from a folder in an archive on. Throws SENSORIUM_NO_PERMISSION for one that leads out of the
 * archive: whoever made that does not know what lies beside it.
 */
export function addressInside({ container, entry: folder }: EntryAddress, address: string): string {
  const steps = folder.split('/').filter((step) => step !== '');
  if (/^(?:[/\\]|[a-z]:[/\\])/i.test(address)) throw outside(container, address);
  for (const step of address.split('/')) {
    if (step === '..' && steps.pop() === undefined) throw outside(container, address);
    if (step !== '..' && step !== '.' && step !== '') steps.push(step);
  }
  const path = steps.join('/');
  if (leadsOut(path)) throw outside(container, address);
  return `${container}!${path}`;
}

const outside = (file: string, address: string): SensoriumError =>
  new SensoriumError({
    code: 'SENSORIUM_NO_PERMISSION',
    message: `"${address}" leads out of "${file}"`,
    hint: 'Paths of a table in an archive stay in it. Unpack the archive to name files beside it.',
    location: { file },
  });
