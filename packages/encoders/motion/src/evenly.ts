/** Some of many values, at most `most`, evenly spread over their order, however many come. */
export interface Evenly<T> {
  add(value: T): void;
  taken(): readonly T[];
}

export function evenly<T>(most: number): Evenly<T> {
  let taken: T[] = [];
  let [step, seen] = [1, 0];
  return {
    add(value) {
      if (seen++ % step > 0) return;
      if (taken.length === most) {
        taken = taken.filter((_, place) => place % 2 === 0);
        step *= 2;
        if ((seen - 1) % step > 0) return;
      }
      taken.push(value);
    },
    taken: () => taken,
  };
}
