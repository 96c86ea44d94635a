/** Taps of a kernel. */
export const TAPS = 9;
/** Taps of weight 2; the others have −1, so that a kernel's weights add up to 0. */
const HEAVY = 3;

/** The places of the heavy taps: every choice of 3 of 9, 84 of them. */
export const kernels: readonly (readonly number[])[] = choices(TAPS, HEAVY);

function choices(count: number, wanted: number, first = 0): number[][] {
  if (wanted === 0) return [[]];
  const places = Array.from({ length: count - first }, (_, index) => first + index);
  return places.flatMap((place) => choices(count, wanted - 1, place + 1).map((rest) => [place, ...rest]));
}

/** Of one dilation, every kernel has as many biases. */
export interface Dilation {
  readonly dilation: number;
  readonly biases: number;
}

const MOST_DILATIONS = 32;

/**
 * Dilations 1 … (rows − 1) / 8 in even steps of their logarithm, at most 32, of which those that are rounded to one share a
 * place; and how many biases each has, so that there are about `features` features: section 3.1 of Dempster et al. (2021).
 */
export function dilationsOf(rows: number, features: number): Dilation[] {
  const biases = Math.max(1, Math.floor(features / kernels.length));
  const count = Math.min(biases, MOST_DILATIONS);
  const most = Math.log2(Math.max(1, (rows - 1) / (TAPS - 1)));
  const shares = new Map<number, number>();
  for (let index = 0; index < count; index++) {
    const dilation = Math.floor(2 ** (count > 1 ? (most * index) / (count - 1) : 0) + 1e-9);
    const share = Math.floor(((index + 1) * biases) / count) - Math.floor((index * biases) / count);
    shares.set(dilation, (shares.get(dilation) ?? 0) + share);
  }
  return [...shares].map(([dilation, own]) => ({ dilation, biases: own }));
}

/** How many features windows of so many rows have. */
export const featureCount = (rows: number, features: number): number =>
  dilationsOf(rows, features).reduce((sum, { biases }) => sum + biases * kernels.length, 0);

/** The fractional parts of multiples of the golden ratio: as evenly spread as can be, however many are taken. */
const GOLDEN = (Math.sqrt(5) + 1) / 2;

/** The quantile, 0…1, at which the bias of a feature lies. */
export const quantileOf = (feature: number): number => ((feature + 1) * GOLDEN) % 1;

/** Of a kernel at the dilation `index`: every other reads beyond the ends of a series, as if it went on with zeros. */
export const reachesOut = (kernel: number, index: number): boolean => (kernel + index) % 2 === 0;

/**
 * Which of the channels a kernel adds up: one, two, four …, as likely each, and never more than 9. Decided by its number alone,
 * so that the same come out everywhere.
 */
export function channelsRead(channels: number, kernel: number, index: number): number[] {
  const place = index * kernels.length + kernel;
  const most = Math.min(channels, TAPS);
  const count = Math.floor(2 ** (quantileOf(place) * Math.log2(most + 1)));
  const order = Array.from({ length: channels }, (_, channel) => channel);
  // The first steps of a shuffle by Fisher and Yates.
  for (let at = 0; at < count; at++) {
    const other = at + Math.floor(quantileOf(place * TAPS + at + 7) * (channels - at));
    [order[at], order[other]] = [order[other] as number, order[at] as number];
  }
  return order.slice(0, count).sort((a, b) => a - b);
}
