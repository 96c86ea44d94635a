import { required, type Detail } from '@sensorium/contracts';

/** The label that came second, and where the answer is wrong, how probable the right one is. */
export function detailsOf(probabilities: readonly number[], truth: number, labels: readonly string[]): Detail[] {
  const answer = largest(probabilities);
  const second = largest(probabilities, answer);
  const detail = (title: string, label: number): Detail => ({
    title,
    text: required(labels[label], `the label ${label}`),
    confidence: required(probabilities[label], `the probability of the label ${label}`),
  });
  if (answer === truth) return [detail('runner-up', second)];
  if (second === truth) return [detail('runner-up, and right', second)];
  return [detail('runner-up', second), detail('right', truth)];
}

/** The place of the largest value, the first of equal ones, where `except` does not count. */
export function largest(values: readonly number[], except = -1): number {
  let best = -1;
  for (const [index, value] of values.entries()) {
    if (index !== except && (best < 0 || value > (values[best] as number))) best = index;
  }
  return best;
}
