import { required, type Session, type Tensors } from '@sensorium/contracts';
import { createRandom } from '@sensorium/data';
import { mapRecord } from '@sensorium/orchestrator';
import type { TrainingProgram } from '@sensorium/training';
import type { TrainingFeatures } from '../features/open.js';
import type { EpochReport, Losses, RangeTest } from '../metrics.js';
import { lossName } from '../plan/model-graph.js';
import { firstValues, trainedOf, weightsOf } from '../plan/program.js';
import type { StepSize } from '../plan/step-size.js';
import { pick } from '../pick.js';
import { timed, type OnProgress } from '../progress.js';
import { bestOf, isStale } from './best.js';
import { blendAfter } from './blend.js';
import { saveCheckpoint } from './checkpoint.js';
import { epochChunks, partOf, type Chunk } from './feed.js';
import type { FitOptions, Fitted } from './fit.js';
import { notFinite, requireFinite, requireFiniteAfter } from './not-finite.js';
import { Pace, type Stretch } from './pace.js';
import type { Position } from './position.js';
import { StepCurve } from './step-curve.js';
import { GRADIENT_NORM, GRADIENT_NORMS, LEARNING_RATE, lossesOf, Stepper, TOTAL, type Reports } from './stepper.js';
import type { Validated, Validation } from './validation.js';

/** A checkpoint in the middle of an epoch is due when the last one is so old. */
const CHECKPOINT_SECONDS = 60;

/** A forward pass takes a third of a step, whose backward pass takes twice as long. */
const FORWARD_SHARE = 1 / 3;

export interface RunParts {
  readonly program: TrainingProgram;
  readonly identity: string;
  readonly session: Session;
  readonly validation: Validation | undefined;
  readonly size: StepSize;
  /** Whether a run of the session takes several steps. */
  readonly loop: boolean;
  /** The values of the frozen parameters. */
  readonly frozen: Tensors;
  /** What the frozen part of the model makes of the samples. */
  readonly features: TrainingFeatures | null;
  /** Where the learning rate was chosen by one. */
  readonly rangeTest: RangeTest | undefined;
}

/** Where the schedule stands at steps of a training whose time is limited, and whether they are the last. */
type Paced = Partial<Pick<Stretch, 'clock' | 'isLast'>>;

/** The running training: its state, and where it stands. */
export class Run {
  private readonly stepper: Stepper;
  private readonly curve: StepCurve;
  /** Undefined where time is not limited. */
  private readonly pace: Pace | undefined;
  /** Of the last validation. */
  private validationSeconds: number | undefined;
  /** What was trained, as it was after the best epoch. */
  private best: Tensors;
  private position: Position;
  /** While steps are taken, and for good where they broke: then the state is not that of the position. */
  private isStepping = false;
  /** Names of the losses that the program reports, the whole one first. */
  private readonly losses: readonly string[];
  /** Of an epoch that has just begun. */
  private readonly noSums: Position['sums'];
  private epochStart: number;
  private stretchStart = performance.now();
  private savedAt = performance.now();
  private readonly earlierSeconds: number;
  private readonly random;

  constructor(
    private readonly options: FitOptions,
    private readonly run: RunParts,
  ) {
    const { checkpoint, manifest } = options;
    const { program, rangeTest } = run;
    this.random = createRandom(manifest.training.seed, 'training');
    const state = checkpoint ? checkpoint.state : program.initialState(firstValues(manifest));
    requireFinite(state);
    this.stepper = new Stepper({ ...run, state });
    this.pace = manifest.training.minutes === null ? undefined : new Pace();
    this.curve = new StepCurve(checkpoint?.position.curve);
    this.losses = lossesOf(program);
    this.best = checkpoint ? checkpoint.best : {};
    this.noSums = Object.fromEntries(this.losses.map((name) => [name, 0]));
    this.position = checkpoint
      ? checkpoint.position
      : {
          ...{ epoch: 0, step: 0, sums: this.noSums, seconds: 0, history: [], decidedBy: null },
          ...{ done: 0, clock: 0, isOver: false, curve: this.curve.state, ...(rangeTest && { rangeTest }) },
        };
    this.epochStart = performance.now() - this.position.seconds * 1000;
    this.earlierSeconds = this.position.history.reduce((sum, { seconds }) => sum + seconds, this.position.seconds);
  }

  async toTheEnd(): Promise<Omit<Fitted, 'learningRate'>> {
    const { manifest, backend, signal } = this.options;
    const { patience } = manifest.training;
    // A folder that cannot be written, or holds too little, is found out now and not after an hour.
    await this.save();
    const report = timed(this.options.onProgress, this.position.done);
    try {
      while (!this.isAtItsEnd && !isStale(this.position.best, this.position.epoch, patience)) {
        await this.steps(report);
        await this.finishEpoch();
        await this.save();
      }
    } catch (error) {
      if (signal?.aborted && !this.isStepping) await this.save();
      throw error;
    }
    const { history, best, decidedBy, rangeTest } = this.position;
    const { program, frozen, size } = this.run;
    return {
      weights: await weightsOf(program, this.best, frozen, backend),
      history,
      steps: this.curve.state.points,
      stepsPerEpoch: size.perEpoch,
      ...this.limit(),
      ...(rangeTest && { rangeTest }),
      bestEpoch: required(best, 'the best epoch').epoch,
      decidedBy,
      earlierSeconds: this.earlierSeconds,
    };
  }

  private get isAtItsEnd(): boolean {
    const { isOver, step, epoch } = this.position;
    return (isOver && step === 0) || epoch >= this.options.manifest.training.epochs;
  }

  /** What the time that is given ended, where it did. */
  private limit(): Pick<Fitted, 'limit'> {
    const { minutes } = this.options.manifest.training;
    const { isOver, done } = this.position;
    return minutes !== null && isOver ? { limit: { minutes, steps: done, of: this.allSteps } } : {};
  }

  private get allSteps(): number {
    return this.run.size.perEpoch * this.options.manifest.training.epochs;
  }

  /** The rest of an epoch's steps. */
  private async steps(report: OnProgress): Promise<void> {
    const { train, manifest, parts, signal } = this.options;
    const { epoch, step: firstStep, history } = this.position;
    const { program, size, features, loop } = this.run;
    const { epochs, mix } = manifest.training;
    signal?.throwIfAborted();
    if (this.position.isOver) return;
    const blend = blendAfter(history, manifest, parts);
    const order = { ...train, program, size, features, loop, epoch, firstStep, mix, blend, random: this.random };
    this.stretchStart = performance.now();
    for await (const chunk of epochChunks(order)) {
      for (let first = 0; first < chunk.steps && !this.position.isOver;) {
        const { part, total, ...pace } = this.stretch(chunk, first);
        const losses = await this.advance(part, pace);
        first += part.steps;
        report({ phase: 'train', done: this.position.done, total, epoch: epoch + 1, epochs, ...losses });
        signal?.throwIfAborted();
        if (performance.now() - this.savedAt > CHECKPOINT_SECONDS * 1000) await this.save();
      }
      if (this.position.isOver) break;
    }
  }

  /** What is done next of a chunk: all of it, or as much as the time allows. `total` is of the steps of the whole training. */
  private stretch(chunk: Chunk, first: number): { part: Chunk; total: number } & Paced {
    const { allSteps: end, pace } = this;
    const { clock, done } = this.position;
    if (!pace) return { part: chunk, total: end };
    const ready = chunk.steps - first;
    const next = pace.next({ ready, left: end - done, clock, end, secondsLeft: this.secondsLeft(pace) });
    return { part: partOf(chunk, first, next.steps), total: done + next.remaining, ...next };
  }

  /** Until the last step is due: the last epoch has to be validated, too. */
  private secondsLeft(pace: Pace): number {
    const { validation, manifest } = this.options;
    const { batchSize, accumulate } = this.run.size;
    const limit = 60 * required(manifest.training.minutes, 'the limit of time');
    const rows = validation ? validation.rows.length : 0;
    const unmeasured = FORWARD_SHARE * (pace.expected(rows / (batchSize * accumulate)) ?? 0);
    return limit - this.secondsSpent() - (this.validationSeconds ?? unmeasured);
  }

  private secondsSpent(): number {
    return this.position.history.reduce((sum, { seconds }) => sum + seconds, this.secondsOfEpoch());
  }

  /** Takes some steps and gives the means of their losses. */
  private async advance(part: Chunk, { clock, isLast = false }: Paced): Promise<Losses> {
    this.isStepping = true;
    const reports = await this.stepper.take(part, clock);
    this.requireFiniteSteps(reports);
    const now = performance.now();
    this.pace?.took(part.steps, (now - this.stretchStart) / 1000);
    this.stretchStart = now;
    const { position } = this;
    this.record(reports, part.steps);
    const sums = Object.fromEntries(this.losses.map((name) => [name, sum(required(reports[name], name))] as const));
    this.position = {
      ...position,
      step: position.step + part.steps,
      done: position.done + part.steps,
      clock: clock?.at(-1) ?? position.done + part.steps,
      isOver: isLast,
      sums: mapRecord(sums, (value, name) => value + required(position.sums[name], `the sum of "${name}"`)),
    };
    this.isStepping = false;
    return this.means(sums, part.steps);
  }

  /** Adds steps to the course. */
  private record(reports: Reports, steps: number): void {
    const valueOf = (name: string, step: number): number => required(reports[name]?.[step], `"${name}" of a step`);
    for (let step = 0; step < steps; step++) {
      const values = Object.fromEntries(this.losses.map((name) => [name, valueOf(name, step)] as const));
      const learningRate = valueOf(LEARNING_RATE, step);
      this.curve.add({ step: this.position.done + step + 1, learningRate, ...this.means(values, 1) });
    }
  }

  private requireFiniteSteps(reports: Reports): void {
    const [losses, norms] = [required(reports[TOTAL], TOTAL), required(reports[GRADIENT_NORM], GRADIENT_NORM)];
    const bad = losses.findIndex((loss, index) => !Number.isFinite(loss) || !Number.isFinite(norms[index]));
    if (bad < 0) return;
    const { trained } = this.run.program;
    const gradients = required(reports[GRADIENT_NORMS], GRADIENT_NORMS).slice(bad * trained.length);
    throw notFinite({
      step: this.position.done + bad + 1,
      loss: losses[bad],
      norm: norms[bad],
      parameter: trained.find((_, index) => !Number.isFinite(gradients[index])),
    });
  }

  /** The means of losses over so many steps, by their names for people. */
  private means(sums: Readonly<Record<string, number>>, steps: number): Losses {
    const meanOf = (name: string): number => required(sums[name], `the loss "${name}"`) / steps;
    const terms = this.losses.filter((name) => name !== TOTAL);
    return { loss: meanOf(TOTAL), losses: Object.fromEntries(terms.map((name) => [lossName(name), meanOf(name)])) };
  }

  private async finishEpoch(): Promise<void> {
    const { history, sums, step, best: previous, clock } = this.position;
    const { onProgress, manifest } = this.options;
    const { epochs } = manifest.training;
    const { perEpoch } = this.run.size;
    const epoch = this.position.epoch + 1;
    const state = await this.finiteState();
    const trained = trainedOf(this.run.program, state);
    const validated = await this.validate(trained, state, clock / this.allSteps);
    const best = bestOf(previous, epoch, validated?.decision.metric);
    if (best.epoch === epoch) this.best = trained;
    const losses = this.means(sums, step);
    const report: EpochReport = {
      epoch,
      ...losses,
      ...(step < perEpoch && { share: step / perEpoch }),
      seconds: this.secondsOfEpoch(),
      ...(validated && { validation: { ...validated.losses, metrics: validated.metrics } }),
    };
    const decidedBy = validated ? { head: validated.decision.head, name: validated.decision.name } : null;
    this.position = {
      ...this.position,
      ...{ epoch, step: 0, sums: this.noSums, seconds: 0, history: [...history, report], best, decidedBy },
    };
    this.epochStart = performance.now();
    if (this.pace && epoch < epochs && this.secondsLeft(this.pace) <= 0)
      this.position = { ...this.position, isOver: true };
    const score = validated && { score: validated.decision };
    onProgress?.({ phase: 'epoch', done: epoch, total: epochs, epoch, epochs, ...losses, ...score });
  }

  private async validate(trained: Tensors, state: Tensors, progress: number): Promise<Validated | undefined> {
    const { validation, program } = this.run;
    if (!validation) return undefined;
    const start = performance.now();
    const validated = await validation.run({ ...trained, ...pick(state, program.followers) }, progress);
    this.validationSeconds = (performance.now() - start) / 1000;
    return validated;
  }

  private secondsOfEpoch(): number {
    return (performance.now() - this.epochStart) / 1000;
  }

  /** A step whose loss is finite may still leave weights that are not: they are neither judged nor saved. */
  private async finiteState(): Promise<Tensors> {
    const state = await this.stepper.state();
    requireFiniteAfter(this.position.done, state);
    return state;
  }

  private async save(): Promise<void> {
    const position = { ...this.position, seconds: this.secondsOfEpoch(), curve: this.curve.state };
    const { identity } = this.run;
    const state = await this.finiteState();
    await saveCheckpoint(this.options.store, { identity, position, state, best: this.best });
    this.savedAt = performance.now();
  }
}

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
