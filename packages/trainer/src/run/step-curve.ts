import { required } from '@sensorium/contracts';
import { mapRecord } from '@sensorium/orchestrator';
import type { StepReport } from '../metrics.js';

/** Enough to draw, and few enough to keep in every checkpoint. Even, so that pairs of them are whole points again. */
const MOST_POINTS = 400;

/** The course of a training: means over stretches of as many steps each, of which the last may have fewer. */
export interface StepCurveState {
  /** Steps of a whole point. */
  readonly every: number;
  /** Steps of the last point. */
  readonly last: number;
  readonly points: readonly StepReport[];
}

/**
 * Takes in every step and keeps at most 400 points: when they are full, each two become one, and from then on a point has
 * twice as many steps. So the number of all steps need not be known, and the same steps give the same points however they
 * were cut into runs.
 */
export class StepCurve {
  private every: number;
  private last: number;
  private points: StepReport[];

  constructor({ every, last, points }: StepCurveState = { every: 1, last: 1, points: [] }) {
    this.every = every;
    this.last = last;
    this.points = [...points];
  }

  get state(): StepCurveState {
    const { every, last, points } = this;
    return { every, last, points: [...points] };
  }

  add(step: StepReport): void {
    const open = this.points.at(-1);
    if (open && this.last < this.every) {
      this.last += 1;
      this.points[this.points.length - 1] = mean(open, step, 1 / this.last);
      return;
    }
    if (this.points.length === MOST_POINTS) this.merge();
    this.points.push(step);
    this.last = 1;
  }

  private merge(): void {
    const { points } = this;
    this.points = points.flatMap((point, index) =>
      index % 2 === 1 ? [mean(required(points[index - 1], 'the point before'), point, 1 / 2)] : [],
    );
    this.every *= 2;
  }
}

/** Of two points, of which the later one counts so much; its step and learning rate are those of both. */
function mean(earlier: StepReport, later: StepReport, share: number): StepReport {
  const of = (a: number, b: number): number => a + share * (b - a);
  return {
    ...later,
    loss: of(earlier.loss, later.loss),
    losses: mapRecord(later.losses, (loss, name) => of(required(earlier.losses[name], name), loss)),
  };
}
