import type { EpochReport, Losses } from '../metrics.js';

/** The names of all losses, in their order. */
export const lossNames = (reports: readonly Pick<Losses, 'losses'>[]): string[] => [
  ...new Set(reports.flatMap(({ losses }) => Object.keys(losses))),
];

/** Whether the losses of the validation rows were computed. */
export const heldOutLosses = (history: readonly EpochReport[]): boolean =>
  history.some(({ validation }) => validation?.loss !== undefined);

/** How losses of a head on one input alone are called: `alone.answer.image`. */
const ALONE = /^alone\.([^.]+)\.([^.]+)$/;

/** The names of the losses that the whole one is made of. */
export const jointLossNames = (reports: readonly Pick<Losses, 'losses'>[]): string[] =>
  lossNames(reports).filter((name) => !ALONE.test(name));

/** Of heads that learn from each input alone, too, the names of these losses by input. */
export function modalityLosses(reports: readonly Pick<Losses, 'losses'>[]): Record<string, Record<string, string>> {
  const heads: Record<string, Record<string, string>> = {};
  for (const name of lossNames(reports)) {
    const [, head, input] = ALONE.exec(name) ?? [];
    if (head !== undefined && input !== undefined) heads[head] = { ...heads[head], [input]: name };
  }
  return heads;
}
