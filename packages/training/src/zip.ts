import { required } from '@sensorium/contracts';

/** Pairs two lists of one length. */
export function zip<A, B, C>(a: readonly A[], b: readonly B[], combine: (a: A, b: B) => C): C[] {
  return a.map((item, index) => combine(item, required(b[index], `item ${index} of a list`)));
}
