/** Some steps that are to be taken at once. */
export interface Stretch {
  readonly steps: number;
  /** Where the schedule stands at each of them. */
  readonly clock: readonly number[];
  /** Steps until the end of the training, these included, as far as can be said. */
  readonly remaining: number;
  /** Whether the time is over after them. */
  readonly isLast: boolean;
}

export interface PaceOptions {
  /** Steps that are at hand. */
  readonly ready: number;
  /** Steps until the last epoch ends. */
  readonly left: number;
  /** Where the schedule stands, and where it ends: from 0 to all steps of all epochs. */
  readonly clock: number;
  readonly end: number;
  /** Until the time is over. */
  readonly secondsLeft: number;
}

/** Stretches by which the speed of steps is judged. */
const REMEMBERED = 8;

/**
 * Lets a training end after a time that is given, with its learning rate at the end of its schedule. The schedule goes by a
 * clock from 0 to the number of all steps. How many steps still fit into the time is estimated anew before every stretch, and
 * each step moves the clock by what is left of it over the steps that are left.
 *
 * Neither of the simpler ways does: a number of steps that is estimated once is wrong by as much as the machine's speed
 * changes, so that the schedule would be cut off, or end long before the time; and a schedule by the time alone jumps with
 * every pause of the machine, also where there is time enough. Here, where all steps fit, each moves the clock by 1: the
 * training is the one without a limit, to the bit. The clock is kept in checkpoints.
 */
export class Pace {
  /** Seconds of a step in the last stretches, but for the very first, in which the engine warms up. */
  private readonly recent: number[] = [];
  private first: number | undefined;

  /** What to do next. */
  next({ ready, left, clock, end, secondsLeft }: PaceOptions): Stretch {
    const slow = this.recent.length > 0 ? Math.max(...this.recent) : (this.first ?? Infinity);
    // Before anything was measured, one step. What is slow says how many are taken at once, what is fast how many remain:
    // a clock that lags behind catches up, and one that ran ahead cannot go back.
    const steps = Math.min(ready, Math.max(1, Math.floor(secondsLeft / slow)));
    const fitting = this.recent.length > 0 ? Math.floor(secondsLeft / Math.min(...this.recent)) : left;
    const isOver = secondsLeft <= 0 || fitting <= steps;
    const remaining = isOver ? steps : Math.min(left, fitting);
    const each = (end - clock) / remaining;
    const stands = Array.from({ length: steps }, (_, index) => clock + each * (index + 1));
    if (remaining === steps) stands[steps - 1] = end;
    return { steps, clock: stands, remaining, isLast: isOver };
  }

  /** A stretch took so long. */
  took(steps: number, seconds: number): void {
    if (this.first === undefined) {
      this.first = seconds / steps;
      return;
    }
    this.recent.push(seconds / steps);
    if (this.recent.length > REMEMBERED) this.recent.shift();
  }

  /** Seconds that so many steps may take; undefined before any was measured. */
  expected(steps: number): number | undefined {
    return this.recent.length > 0 ? steps * Math.min(...this.recent) : undefined;
  }
}
