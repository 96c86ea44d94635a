import { required } from '@sensorium/contracts';
import type { Evaluation } from '@sensorium/trainer';

/** A metric of a head. Throws SENSORIUM_UNEXPECTED where there is none. */
export const metricOf = ({ scores }: Pick<Evaluation, 'scores'>, head: string, name: string): number =>
  required(scores[head]?.metrics[name], `the metric "${name}" of "${head}"`).value;

export const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
