import { SensoriumError } from '@sensorium/contracts';
import { readModelFolder, type ModelSource, type Platform } from '@sensorium/orchestrator';

/** Throws SENSORIUM_USAGE unless the baseline has the inputs of the model and its heads: before anything is measured. */
export async function requireComparable(platform: Platform, model: ModelSource, baseline: ModelSource): Promise<void> {
  const [own, other] = [
    (await readModelFolder(model, platform)).manifest,
    (await readModelFolder(baseline, platform)).manifest,
  ];
  for (const kind of ['inputs', 'heads'] as const) {
    const [names, others] = [Object.keys(own[kind]), Object.keys(other[kind])];
    if (String(names.toSorted()) === String(others.toSorted())) continue;
    throw new SensoriumError({
      code: 'SENSORIUM_USAGE',
      message: `the ${kind} of the baseline are ${others.join(', ')}, and those of the model ${names.join(', ')}`,
      hint: 'Effective robustness compares models of the same inputs and heads: give a late fusion of them.',
    });
  }
}
