import { createRandom } from '@sensorium/data';
import { describe, expect, it } from 'vitest';
import { Pace, type Stretch } from './pace.js';

interface Machine {
  readonly steps: number;
  readonly limit: number;
  /** Of a step, by its number. */
  readonly seconds: (step: number) => number;
}

interface Done {
  readonly clock: readonly number[];
  readonly seconds: number;
  readonly stretches: readonly Stretch[];
}

/** Takes steps in chunks of 16 on a machine whose speed is known, until they or the time are over. */
function run({ steps, limit, seconds }: Machine): Done {
  const pace = new Pace();
  const clock: number[] = [];
  const stretches: Stretch[] = [];
  let [spent, ready] = [0, 0];
  while (clock.length < steps && !stretches.at(-1)?.isLast) {
    if (ready === 0) ready = Math.min(16, steps - clock.length);
    const left = steps - clock.length;
    const stretch = pace.next({ ready, left, clock: clock.at(-1) ?? 0, end: steps, secondsLeft: limit - spent });
    let took = 0;
    for (const [index] of stretch.clock.entries()) took += seconds(clock.length + index);
    pace.took(stretch.steps, took);
    clock.push(...stretch.clock);
    stretches.push(stretch);
    spent += took;
    ready -= stretch.steps;
  }
  return { clock, seconds: spent, stretches };
}

const isRising = (clock: readonly number[]): boolean => clock.every((value, step) => value > (clock[step - 1] ?? 0));

describe('a training with time enough', () => {
  it('moves its clock by exactly one a step', () => {
    const { clock, stretches } = run({ steps: 200, limit: 1000, seconds: () => 1 });
    expect(clock).toEqual(Array.from({ length: 200 }, (_, step) => step + 1));
    expect(stretches.some(({ isLast }) => isLast)).toBe(false);
  });
});

describe('a training whose time is over before its steps', () => {
  it.each<[string, Machine['seconds']]>([
    ['of even speed', () => 0.1],
    ['that warms up in its first step', (step) => (step === 0 ? 5 : 0.1)],
    ['that becomes half as fast', (step) => (step < 150 ? 0.1 : 0.2)],
    ['that becomes twice as fast', (step) => (step < 150 ? 0.1 : 0.05)],
    ['that is busy now and then', (step) => 0.1 * (1 + 3 * createRandom(step, 'busy').uniform() ** 4)],
  ])('on a machine %s ends in time, with its schedule at its end', (_, seconds) => {
    const { clock, seconds: spent, stretches } = run({ steps: 5000, limit: 60, seconds });
    expect(clock.length).toBeGreaterThan(150);
    expect(clock.length).toBeLessThan(5000);
    expect(clock.at(-1)).toBe(5000);
    expect(isRising(clock)).toBe(true);
    expect(stretches.at(-1)!.isLast).toBe(true);
    expect(spent).toBeGreaterThan(57);
    // Beyond the limit there is one stretch at most, of steps that were faster before.
    expect(spent).toBeLessThan(63);
  });

  it('moves its clock evenly where the speed is even', () => {
    const { clock } = run({ steps: 5000, limit: 60, seconds: () => 0.1 });
    const jumps = clock.slice(20).map((value, index) => value - clock[index + 19]!);
    expect(Math.max(...jumps) / Math.min(...jumps)).toBeLessThan(1.1);
  });

  it('takes one step where not even one fits', () => {
    const { clock } = run({ steps: 100, limit: 1, seconds: () => 30 });
    expect(clock.length).toBeLessThanOrEqual(2);
    expect(clock.at(-1)).toBe(100);
  });

  it('takes few steps at once where they are slow, and ends soon after', () => {
    const { seconds: spent } = run({ steps: 1000, limit: 60, seconds: () => 7 });
    expect(spent).toBeGreaterThan(52);
    expect(spent).toBeLessThan(68);
  });
});
