const numbers = (options: Intl.NumberFormatOptions): ((value: number) => string) => {
  const formatter = new Intl.NumberFormat('en-US', options);
  return (value) => formatter.format(value);
};

/** 38,575 */
export const formatCount = numbers({ maximumFractionDigits: 0 });
const plainNumber = numbers({ maximumSignificantDigits: 4 });
/** 0.1235; from a million on 1.235e+14, below a thousandth 1.235e-5 */
export const formatNumber = (value: number): string =>
  value === 0 || (Math.abs(value) < 1e6 && Math.abs(value) >= 1e-3) ? plainNumber(value) : value.toExponential(3);
/** 0.9742 → 97.42% */
export const formatShare = numbers({ style: 'percent', minimumFractionDigits: 2 });
/** 0.9742 → 97% */
export const formatPercent = numbers({ style: 'percent' });

/** A value with its unit: `97.42%` where that is `%`, `12.3 °`; a dash where there is no number. */
export function formatValue(value: number, unit?: string): string {
  if (!Number.isFinite(value)) return '–';
  if (unit === '%') return formatShare(value);
  return unit === undefined ? formatNumber(value) : `${formatNumber(value)} ${unit}`;
}

/** 0.42 s, 8.3 s, 4 min 12 s, 3 h 5 min. */
export function formatSeconds(seconds: number): string {
  if (seconds < 59.5) return `${numbers({ maximumSignificantDigits: 2 })(seconds)} s`;
  const whole = Math.round(seconds);
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  const minutes = Math.round(seconds / 60);
  return `${formatCount(Math.floor(minutes / 60))} h ${minutes % 60} min`;
}
