/** `value` [1] → the number, and as text with as many digits as say something. */
export function answer({ value: { data } }, { deviation, unit }) {
  const decimals = Math.min(100, Math.max(0, 2 - Math.floor(Math.log10(deviation))));
  const digits = data[0].toFixed(decimals).replace(/^-(?=[0.]+$)/, '');
  return { text: unit ? `${digits} ${unit}` : digits, value: data[0] };
}
