/**
 * A row → what the model is fed of it: `numbers` and whether they are `filled`, `cycles` of dates, indices of `categories`, hashes of
 * `pieces` of texts. All else is in the model: bins and vectors.
 */
export function prepare(row, { cells, pieces, buckets }) {
  const of = (kind) => cells.filter((column) => column.kind === kind);
  const dates = of('date').map(({ name }) => dayOf(row[name]));
  const numbers = [...of('number').map(({ name }) => numberOf(row[name])), ...dates];
  const choices = cells.filter(({ kind }) => kind === 'boolean' || kind === 'category');
  const texts = of('text');
  return {
    ...(numbers.length > 0 && {
      numbers: Float32Array.from(numbers, (value) => value ?? 0),
      filled: Uint8Array.from(numbers, (value) => Number(value !== null)),
    }),
    ...(dates.length > 0 && { cycles: Float32Array.from(dates.flatMap(cyclesOf)) }),
    ...(choices.length > 0 && { categories: Int32Array.from(choices, (column) => indexOf(row[column.name], column)) }),
    ...(texts.length > 0 && {
      pieces: Int32Array.from(texts.flatMap(({ name }) => hashesOf(row[name], pieces, buckets))),
    }),
  };
}

const isEmpty = (cell) => cell === null || cell === undefined;

/** Digits may stand in groups of three, as in 1 234.5, 1'234.5 and 1,234,567. */
const numberOf = (cell) =>
  isEmpty(cell) ? null : Number(typeof cell === 'string' ? cell.replace(/[\s '’_,]/g, '').replace('−', '-') : cell);

/** Days since 1970 of 2024-02-29, 2024/02/29 or 29.2.2024, alone or with a time; without a zone in UTC. */
function dayOf(cell) {
  if (isEmpty(cell)) return null;
  const [, y, , m, d, day, month, year, rest] = /^(?:(\d{4})([-/])(\d\d)\2(\d\d)|(\d\d?)\.(\d\d?)\.(\d{4}))(.*)$/.exec(
    cell.trim(),
  );
  const time = /^[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d+))?)?\s?(?:([-+])(\d\d):?(\d\d)?)?/.exec(rest) ?? [];
  const [, hours = 0, minutes = 0, seconds = 0, fraction = 0, sign = '+', zoneHours = 0, zoneMinutes = 0] = time;
  const own =
    Number(hours) * 60 + Number(minutes) - Number(`${sign}1`) * (Number(zoneHours) * 60 + Number(zoneMinutes));
  return (
    Date.UTC(y ?? year, (m ?? month) - 1, d ?? day) / 86_400_000 +
    (own * 60 + Number(`${seconds}.${fraction}`)) / 86_400
  );
}

/** Sine and cosine of the year, the week and the day. */
const cyclesOf = (day) =>
  [365.2425, 7, 1].flatMap((period) => {
    const angle = 2 * Math.PI * (((day ?? 0) / period) % 1);
    return day === null ? [0, 0] : [Math.sin(angle), Math.cos(angle)];
  });

/** 0 where it is missing, 1 where it is not known, 2 for the first. */
function indexOf(cell, { kind, categories = ['false', 'true'] }) {
  if (isEmpty(cell)) return 0;
  const text = String(cell).trim();
  const choice = kind === 'boolean' ? String(/^(true|yes)$/i.test(text)) : text;
  return categories.indexOf(choice) + 2 || 1;
}

/** Of words and their parts of three letters: FNV-1a of 32 bits, from 1; 0 behind the last. */
function hashesOf(cell, count, buckets) {
  const words =
    String(cell ?? '')
      .normalize('NFKC')
      .toLowerCase()
      .match(/[\p{L}\p{M}\p{N}]+/gu) ?? [];
  const found = words.flatMap((word) => {
    const letters = ['<', ...word, '>'];
    return [...new Set([letters.join(''), ...letters.slice(2).map((_, at) => letters.slice(at, at + 3).join(''))])];
  });
  return Array.from({ length: count }, (_, at) => (at < found.length ? 1 + (hashOf(found[at]) % buckets) : 0));
}

const hashOf = (piece) =>
  new TextEncoder().encode(piece).reduce((hash, byte) => Math.imul(hash ^ byte, 0x01000193), 0x811c9dc5) >>> 0;
