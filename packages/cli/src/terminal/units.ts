/** Made at the first use: it takes longer than all else that help needs. */
let english: Intl.NumberFormat | undefined;

/** `12,000` */
export const count = (value: number): string => (english ??= new Intl.NumberFormat('en')).format(value);

/** `1 row`, `12,000 rows` */
export const plural = (value: number, noun: string): string => `${count(value)} ${noun}${value === 1 ? '' : 's'}`;

/** 0.973 → `97.3 %` */
export const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

/** A metric or a loss, by default with four decimals; from a million on `1.235e+14`. */
export const decimal = (value: number, decimals = 4): string =>
  Math.abs(value) < 1e6 ? value.toFixed(decimals) : value.toExponential(3);

/** `0.8 s`, `48 s`, `3 min 20 s`, `2 h 5 min` */
export function duration(seconds: number): string {
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  return minutes < 60 ? `${minutes} min ${whole % 60} s` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** `512 bytes`, `1.2 MB`; powers of ten. */
export function bytes(size: number): string {
  if (size < 1000) return `${size} bytes`;
  const [unit, divisor] = size < 1e6 ? ['kB', 1e3] : size < 1e9 ? ['MB', 1e6] : ['GB', 1e9];
  return `${(size / Number(divisor)).toFixed(1)} ${unit}`;
}
