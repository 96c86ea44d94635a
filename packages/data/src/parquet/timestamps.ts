import type { ParquetParsers } from 'hyparquet';

/** Times as texts of ISO 8601, in UTC, with all digits that they have: a Date would cut what is finer than a millisecond. */
export const parsers: Partial<ParquetParsers> = {
  timestampFromMilliseconds: (count) => isoOf(count, 3),
  timestampFromMicroseconds: (count) => isoOf(count, 6),
  timestampFromNanoseconds: (count) => isoOf(count, 9),
  dateFromDays: (days) => new Date(days * 86_400_000).toISOString().slice(0, 10),
};

/** @param digits of a second, that `count` has behind the point */
function isoOf(count: bigint, digits: number): string {
  const unit = 10n ** BigInt(digits);
  const rest = ((count % unit) + unit) % unit;
  const seconds = new Date(Number((count - rest) / unit) * 1000).toISOString().slice(0, 19);
  const fraction = rest === 0n ? '' : `.${String(rest).padStart(digits, '0').replace(/0+$/, '')}`;
  return `${seconds}${fraction}Z`;
}
