import type { TrainingOptions } from '@sensorium/contracts';
import { schedule, sweep, type TrainingOptions as ProgramOptions } from '@sensorium/training';

/** How fast the steps of a program learn. */
export type Course = Pick<ProgramOptions, 'learningRate' | 'schedule' | 'steps'> & {
  /** Whether the program is fed where its schedule stands. */
  readonly paced: boolean;
};

/** The learning rates that a range test goes through, and in how many steps. Beyond the highest no optimizer of ours learns. */
export const SWEEP = { lowest: 1e-6, highest: 1, steps: 96 } as const;

/** Of a learning-rate range test (Smith 2017): exponentially from the lowest to the highest. */
function sweepCourse(): Course {
  const { lowest, highest, steps } = SWEEP;
  return { learningRate: highest, schedule: sweep({ steps, lowest: lowest / highest }), steps, paced: false };
}

/**
 * Of a whole training. Where that has a limit of time, the schedule goes by a clock that the program is fed (see `Pace`), and
 * not by steps, whose number is not known before.
 */
export function courseOf(training: TrainingOptions, learningRate: number, perEpoch: number): Course {
  const { epochs, schedule: shape, warmup, minutes } = training;
  const steps = perEpoch * epochs;
  return {
    learningRate,
    schedule: schedule({ shape, steps, warmup: Math.round(steps * warmup) }),
    steps,
    paced: minutes !== null,
  };
}

/** What is trained first: the range test, where the learning rate is to be found by one. */
export function firstCourse(training: TrainingOptions, perEpoch: number): Course {
  const { learningRate } = training;
  return learningRate === 'auto' ? sweepCourse() : courseOf(training, learningRate, perEpoch);
}
