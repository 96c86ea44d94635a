import type { Cell } from '@sensorium/modality-table';
import { parseNumber } from '@sensorium/modality-number';

/** A cell that is not empty. */
export type Filled = Exclude<Cell, null>;

/** As a category is called: `7` for the number of JSON and the text of CSV. */
export const categoryIn = (cell: Filled): string => String(cell).trim();

/** NaN for what is no number. */
export function numberIn(cell: Filled): number {
  if (typeof cell === 'number') return cell;
  return typeof cell === 'string' ? parseNumber(cell) : NaN;
}

const booleans: Readonly<Record<string, boolean>> = { true: true, yes: true, false: false, no: false };

/** Also `True` and `NO`; undefined for what is neither. */
export function booleanIn(cell: Filled): boolean | undefined {
  if (typeof cell === 'boolean') return cell;
  if (typeof cell !== 'string') return undefined;
  const text = cell.trim().toLowerCase();
  return Object.hasOwn(booleans, text) ? booleans[text] : undefined;
}

const CALENDAR = /^(\d{4})([-/])(\d\d)\2(\d\d)|^(\d\d?)\.(\d\d?)\.(\d{4})/;
const TIME = /^(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?\s?(Z|[-+]\d\d(?::?\d\d)?)?)?$/;
const SECONDS_A_DAY = 86_400;

/**
 * Days since 1970 of `2024-02-29`, `2024/02/29`, `29.2.2024`, alone or with a time: `2024-02-29T12:00:00.5+01:00`, without a zone
 * in UTC. NaN for what is no day of the calendar, and for `2/3/2024`, which is two.
 */
export function dateIn(cell: Filled): number {
  const text = typeof cell === 'string' ? cell.trim() : '';
  const calendar = CALENDAR.exec(text);
  if (!calendar) return NaN;
  const [found, y, , m, d, day, month, year] = calendar;
  const time = TIME.exec(text.slice(found.length));
  return time ? dayOf(Number(y ?? year), Number(m ?? month), Number(d ?? day)) + shareOfDay(time) : NaN;
}

function dayOf(year: number, month: number, day: number): number {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  const isReal = date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  return isReal ? date.getTime() / 1000 / SECONDS_A_DAY : NaN;
}

function shareOfDay([
  ,
  hours = '0',
  minutes = '0',
  seconds = '0',
  fraction = '0',
  zone = 'Z',
]: RegExpExecArray): number {
  if (Number(hours) > 23 || Number(minutes) > 59 || Number(seconds) > 60) return NaN;
  const own = (Number(hours) * 60 + Number(minutes)) * 60 + Number(`${seconds}.${fraction}`);
  return (own - 60 * minutesOf(zone)) / SECONDS_A_DAY;
}

/** Of a zone east of Greenwich: `+01:30` is 90. */
function minutesOf(zone: string): number {
  if (zone === 'Z') return 0;
  const digits = zone.replace(/\D/g, '').padEnd(4, '0');
  const minutes = Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2));
  return zone.startsWith('-') ? -minutes : minutes;
}
