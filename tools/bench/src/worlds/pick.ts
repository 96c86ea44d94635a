import { required, type Random } from '@sensorium/contracts';

/** One of the list, each as likely as the others. */
export const pick = <T>(random: Random, list: readonly T[]): T =>
  required(list[random.integer(list.length)], 'one of a list that is not empty');

/** From `least` to `most`. */
export const between = (random: Random, least: number, most: number): number =>
  least + random.integer(most - least + 1);
