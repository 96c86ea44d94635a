import type { Tensors } from '@sensorium/contracts';
import type { TrainingProgram } from '@sensorium/training';
import type { Decision, EpochReport, RangeTest } from '../metrics.js';
import type { Best } from './best.js';
import type { StepCurveState } from './step-curve.js';

/** Where a training stands. */
export interface Position {
  /** The epoch that is running, from 0, and how many of its steps are done. */
  readonly epoch: number;
  readonly step: number;
  /** Of the running epoch's steps: sums of the losses by the program's names, and seconds. */
  readonly sums: Readonly<Record<string, number>>;
  readonly seconds: number;
  readonly history: readonly EpochReport[];
  /** All steps that are done. */
  readonly done: number;
  /** Where the schedule stands: at the last step, or where time is limited, further on. */
  readonly clock: number;
  /** Whether the time is over. */
  readonly isOver: boolean;
  readonly curve: StepCurveState;
  /** Where the learning rate was chosen by one. */
  readonly rangeTest?: RangeTest;
  readonly best?: Best;
  /** What the best epoch is chosen by, as the last validation said. */
  readonly decidedBy: Decision | null;
}

/** A training, as far as positions in it are concerned. */
export interface Route {
  readonly epochs: number;
  /** Steps of a whole epoch. */
  readonly perEpoch: number;
  /** Whether its time is limited. */
  readonly isPaced: boolean;
  /** Names of the losses that its program reports. */
  readonly losses: readonly string[];
  readonly program: Pick<TrainingProgram, 'state' | 'trained' | 'following'>;
}

/** What a position and the tensors saved with it contradict, of each other or of the training; undefined where nothing. */
export function contradictionOf(
  position: Position,
  { state, best }: { readonly state: Tensors; readonly best: Tensors },
  { epochs, perEpoch, isPaced, losses, program }: Route,
): string | undefined {
  const { epoch, step, done, clock, isOver, history, curve, sums, seconds, decidedBy } = position;
  const before = epoch * perEpoch + step;
  const isShort = isPaced && isOver;
  const holds: Readonly<Record<string, boolean>> = {
    epoch: isWithin(epoch, 0, epochs),
    step: isWithin(step, 0, perEpoch) && !(epoch === epochs && step > 0),
    done: isShort ? isWithin(done, 0, before) : done === before,
    // A limited time moves the clock by 1 or more a step, rounded.
    clock: isPaced ? clock > done - 1 && clock <= epochs * perEpoch : clock === done,
    isOver: isOver === isShort,
    sums: isSame(Object.keys(sums), losses) && Object.values(sums).every(Number.isFinite),
    seconds: isTime(seconds),
    history: history.length === epoch && history.every((report, index) => isReport(report, index + 1)),
    curve: stepsOf(curve) === done && (done === 0 || curve.points.at(-1)?.step === done),
    best: isBest(position.best, epoch),
    decidedBy: decidedBy === null || typeof decidedBy.name === 'string',
    'the number of steps in its state': Number(state['step']?.data[0]) === Math.fround(done),
    'the tensors of its state': isSame(Object.keys(state), program.state),
    'the tensors of the best epoch': isSame(
      Object.keys(best),
      epoch === 0 ? [] : [...program.trained, ...program.following],
    ),
  };
  return Object.keys(holds).find((name) => !holds[name]);
}

const isWithin = (value: number, least: number, most: number): boolean =>
  Number.isSafeInteger(value) && value >= least && value <= most;

const isTime = (seconds: number): boolean => Number.isFinite(seconds) && seconds >= 0;

const isReport = ({ epoch, loss, seconds }: EpochReport, expected: number): boolean =>
  epoch === expected && Number.isFinite(loss) && isTime(seconds);

const isBest = (best: Best | undefined, epochs: number): boolean =>
  best ? isWithin(best.epoch, 1, epochs) && isWithin(best.since, 1, best.epoch) : epochs === 0;

const stepsOf = ({ every, last, points }: StepCurveState): number =>
  points.length > 0 && isWithin(last, 1, every) ? (points.length - 1) * every + last : 0;

const isSame = (names: readonly string[], expected: readonly string[]): boolean =>
  names.length === expected.length && expected.every((name) => names.includes(name));
