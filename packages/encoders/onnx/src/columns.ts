import { didYouMean } from '@sensorium/data';
import { unusable } from './problem.js';

/** Where columns stand in a value. Throws SENSORIUM_BAD_MEDIA where one is not there. */
export function columnsOf(file: string, columns: readonly string[], there: readonly string[]): number[] {
  return columns.map((column) => {
    const place = there.indexOf(column);
    if (place >= 0) return place;
    throw unusable(
      file,
      `there is no column "${column}" in a value.${didYouMean(column, there)}`,
      `It has ${there.join(', ')}. Name in "columns" those that the file takes.`,
    );
  });
}
