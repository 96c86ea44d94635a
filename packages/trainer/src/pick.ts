import { required } from '@sensorium/contracts';

/** The values of some names. Throws SENSORIUM_UNEXPECTED where one is not there. */
export const pick = <T>(record: Readonly<Record<string, T>>, names: Iterable<string>): Record<string, T> =>
  Object.fromEntries(Array.from(names, (name) => [name, required(record[name], name)] as const));
