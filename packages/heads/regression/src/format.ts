/** Decimals that toFixed takes at most. */
const MOST_DECIMALS = 100;

/** Writes numbers to the third digit of their deviation: 48.3 of 20, 1995 of 300, 0.0123 of 0.05. */
export function numberFormat(deviation: number, unit?: string): (value: number) => string {
  const decimals = Math.min(MOST_DECIMALS, Math.max(0, 2 - Math.floor(Math.log10(deviation))));
  return (value) => {
    const digits = value.toFixed(decimals).replace(/^-(?=[0.]+$)/, '');
    return unit ? `${digits} ${unit}` : digits;
  };
}
