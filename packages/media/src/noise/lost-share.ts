/**
 * The share of places that noise of a level takes away altogether, σ²/2. MultiBench (Liang et al. 2021) takes a share σ away, and
 * from a share σ of the samples: of all places σ². Half of them are left here, so that at σ = 1 there is something to read.
 */
export const lostShare = (level: number): number => level ** 2 / 2;
