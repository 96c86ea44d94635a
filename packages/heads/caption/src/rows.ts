import type { Tensor } from '@sensorium/contracts';

/** The numbers of each sample of a tensor [B,T]. */
export function rowsOf({ shape, data }: Tensor): number[][] {
  const [samples, places] = shape as readonly [number, number];
  return Array.from({ length: samples }, (_, row) => Array.from(data.slice(row * places, (row + 1) * places), Number));
}
