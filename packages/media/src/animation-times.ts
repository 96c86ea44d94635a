/** Shorter delays are a mistake for all browsers, which take a tenth of a second instead. Milliseconds. */
const SHORTEST = 11;

/** When each of the frames begins, and the end of the last one, in seconds. */
export function animationTimes(delays: readonly number[]): number[] {
  const times = [0];
  for (const delay of delays) times.push((times.at(-1) as number) + (delay < SHORTEST ? 100 : delay) / 1000);
  return times;
}

/** The frames that are shown at these seconds, each once. Default: all. */
export function framesShownAt(starts: readonly number[], times: readonly number[] | undefined): number[] {
  const count = starts.length - 1;
  if (!times) return Array.from({ length: count }, (_, index) => index);
  const shown = times.map((time) =>
    Math.max(
      0,
      starts.slice(0, count).findLastIndex((start) => start <= time),
    ),
  );
  return [...new Set(shown)];
}
