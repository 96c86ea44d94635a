import type { Interval } from '@sensorium/contracts';

const numbers = (options: Intl.NumberFormatOptions): ((value: number) => string) => {
  const formatter = new Intl.NumberFormat('en-US', options);
  return (value) => formatter.format(value);
};

/** 38,575 */
export const formatCount = numbers({ maximumFractionDigits: 0 });
const plainNumber = numbers({ maximumSignificantDigits: 4 });
/** 0.1235; from a million on 1.235e+14, below a thousandth 1.235e-5 */
export const formatNumber = (value: number): string =>
  value === 0 || (Math.abs(value) < 1e6 && Math.abs(value) >= 1e-3)
    ? plainNumber(value)
    : Number(value.toPrecision(4)).toExponential();
/** 0.9742 → 97.42% */
export const formatShare = numbers({ style: 'percent', minimumFractionDigits: 2 });
/** 0.9742 → 97% */
export const formatPercent = numbers({ style: 'percent' });

/** A value with its unit: `97.42%` where that is `%`, `12.3 °`, `2,363,000 km²`; a dash where there is no number. */
export function formatValue(value: number, unit?: string): string {
  if (!Number.isFinite(value)) return '–';
  if (unit === '%') return formatShare(value);
  const digits = Math.abs(value) >= 1e6 && Math.abs(value) < 1e12 ? plainNumber(value) : formatNumber(value);
  return unit === undefined ? digits : `${digits} ${unit}`;
}

/** 0.42 s, 8.3 s, 4 min 12 s, 3 h 5 min. */
export function formatSeconds(seconds: number): string {
  if (seconds < 59.5) return `${numbers({ maximumSignificantDigits: 2 })(seconds)} s`;
  const whole = Math.round(seconds);
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  const minutes = Math.round(seconds / 60);
  return `${formatCount(Math.floor(minutes / 60))} h ${minutes % 60} min`;
}

/** 812 MB, 1.2 GB; powers of ten. */
export const formatBytes = (bytes: number): string =>
  bytes < 1e9 ? `${formatCount(bytes / 1e6)} MB` : `${numbers({ maximumFractionDigits: 1 })(bytes / 1e9)} GB`;

/** Ends of intervals are not known to the second decimal. */
const roughShare = numbers({ style: 'percent', minimumFractionDigits: 1, maximumFractionDigits: 1 });

/** `83.0 … 95.7%`, `10.1 … 14.6 °` */
export function formatInterval({ low, high }: Pick<Interval, 'low' | 'high'>, unit?: string): string {
  if (unit === '%') return `${roughShare(low).slice(0, -1)} … ${roughShare(high)}`;
  return `${formatValue(low)} … ${formatValue(high, unit)}`;
}
