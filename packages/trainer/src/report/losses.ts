import type { EpochReport, Losses } from '../metrics.js';

/** The names of all losses, in their order. */
export const lossNames = (reports: readonly Pick<Losses, 'losses'>[]): string[] => [
  ...new Set(reports.flatMap(({ losses }) => Object.keys(losses))),
];

/** Whether the losses of the validation rows were computed. */
export const heldOutLosses = (history: readonly EpochReport[]): boolean =>
  history.some(({ validation }) => validation?.loss !== undefined);
