/** Digits, or groups of three with a space, an apostrophe or an underscore between them; a fraction; an exponent. */
const PLAIN = /^[-+]?(\d+|\d{1,3}(?:([ '_])\d{3})(?:\2\d{3})*)?(\.\d*)?(e[-+]?\d+)?$/i;
/** Groups of three with commas, as long as no comma can be a decimal one: there are two, or a point follows. */
const COMMAS = /^[-+]?\d{1,3}(,\d{3}){2,}(\.\d*)?$|^[-+]?\d{1,3},\d{3}\.\d*$/;

/** Spaces that keep the groups of a number on one line, and the minus of typesetters. */
const plainly = (text: string): string =>
  text
    .trim()
    .replace(/[\u00a0\u2009\u202f]/g, ' ')
    .replace(/\u2019/g, "'")
    .replace(/^\u2212/, '-');

/** A number as people write it, such as `1 234.5`; NaN for what is none, or could be two. */
export function parseNumber(text: string): number {
  const written = plainly(text);
  if (!/\d/.test(written) || !(PLAIN.test(written) || COMMAS.test(written))) return NaN;
  return Number(written.replace(/[ '_,]/g, ''));
}
