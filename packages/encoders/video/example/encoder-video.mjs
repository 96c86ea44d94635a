import { fit as fitPicture } from './fit-picture.mjs';

/** A film → `frames` uint8 [frames,pixels,pixels,3] and `valid` uint8 [frames], 1 where there is one. */
export async function prepare(film, { frames: count, rate, pixels: side, fit, augment }) {
  // Training cuts films in time, and keeps more than it sees: what is seen lies evenly in that.
  const kept = await keptOf(film, { count: augment.time > 0 ? 2 * count : count, rate, side });
  const length = Math.min(count, kept.length);
  const first = (kept.length - length) >> 1;
  const placeOf = (index) => (rate > 0 ? first + index : Math.floor((kept.length * (index + 0.5)) / length));
  const [frames, valid] = [new Uint8Array(count * side * side * 3), new Uint8Array(count)];
  for (let index = 0; index < length; index++) {
    frames.set(fitPicture(kept[placeOf(index)], side, side, fit).data, index * side * side * 3);
    valid[index] = 1;
  }
  return { frames, valid };
}

/** Each in the middle of the time that it stands for: evenly over the film, or at a rate in its middle; at most twice too large. */
function keptOf({ seconds, width, height, at }, { count, rate, side }) {
  const all = rate > 0 ? Math.max(1, Math.floor(seconds * rate)) : count;
  const first = Math.floor((all - Math.min(count, all)) / 2);
  const step = rate > 0 ? 1 / rate : seconds / count;
  const times = Array.from({ length: Math.min(count, all) }, (_, index) =>
    Math.min((first + index + 0.5) * step, seconds),
  );
  const scale = Math.min(1, (2 * side) / Math.min(width, height));
  return at(times, { width: Math.ceil(width * scale), height: Math.ceil(height * scale) });
}
