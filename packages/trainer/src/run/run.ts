import { required, type Session, type Tensors } from '@sensorium/contracts';
import { createRandom } from '@sensorium/data';
import { mapRecord } from '@sensorium/orchestrator';
import type { TrainingProgram } from '@sensorium/training';
import type { TrainingFeatures } from '../features/open.js';
import type { EpochReport, Losses } from '../metrics.js';
import { lossName } from '../plan/model-graph.js';
import { firstValues, trainedOf, weightsOf } from '../plan/program.js';
import type { StepSize } from '../plan/step-size.js';
import { pick } from '../pick.js';
import { timed, type OnProgress } from '../progress.js';
import { bestOf, isStale } from './best.js';
import { saveCheckpoint, type Position } from './checkpoint.js';
import { epochChunks, type Chunk } from './feed.js';
import type { FitOptions, Fitted } from './fit.js';
import { notFinite, requireFinite } from './not-finite.js';
import type { Validated, Validation } from './validation.js';

/** A checkpoint in the middle of an epoch is due when the last one is so old. */
const CHECKPOINT_SECONDS = 60;

/** Reports of a program that are no losses. */
const TOTAL = 'loss';
const NORM = 'gradientNorm';

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
}

/** The running training: its state, and where it stands. */
export class Run {
  /** What the session starts from; from its first run on it keeps the state itself. */
  private initial: Tensors | undefined;
  /** What was trained, as it was after the best epoch. */
  private best: Tensors;
  private position: Position;
  /** Frozen parameters that training reads: not those before the features. */
  private readonly fed: Tensors;
  /** Names of the losses that the program reports, the whole one first. */
  private readonly losses: readonly string[];
  /** Of an epoch that has just begun. */
  private readonly noSums: Position['sums'];
  private epochStart: number;
  private savedAt = performance.now();
  private readonly earlierSeconds: number;
  private readonly random;

  constructor(
    private readonly options: FitOptions,
    private readonly run: RunParts,
  ) {
    const { checkpoint, manifest } = options;
    const { program, frozen } = run;
    this.random = createRandom(manifest.training.seed, 'training');
    this.initial = checkpoint ? checkpoint.state : program.initialState(firstValues(manifest));
    requireFinite(this.initial);
    this.fed = pick(frozen, program.frozen);
    this.losses = program.reports.filter((name) => name !== NORM);
    this.best = checkpoint ? checkpoint.best : {};
    this.noSums = Object.fromEntries(this.losses.map((name) => [name, 0]));
    this.position = checkpoint
      ? checkpoint.position
      : { epoch: 0, step: 0, sums: this.noSums, seconds: 0, history: [], decidedBy: null };
    this.epochStart = performance.now() - this.position.seconds * 1000;
    this.earlierSeconds = this.position.history.reduce((sum, { seconds }) => sum + seconds, this.position.seconds);
  }

  async toTheEnd(): Promise<Fitted> {
    const { manifest, backend, signal } = this.options;
    const { epochs, patience } = manifest.training;
    // A folder that cannot be written, or holds too little, is found out now and not after an hour.
    await this.save();
    const report = timed(this.options.onProgress, this.stepsDone());
    try {
      while (this.position.epoch < epochs && !isStale(this.position.best, this.position.epoch, patience)) {
        await this.steps(report);
        await this.finishEpoch();
        await this.save();
      }
    } catch (error) {
      if (signal?.aborted) await this.save();
      throw error;
    }
    const { history, best, decidedBy } = this.position;
    const { program, frozen } = this.run;
    return {
      weights: await weightsOf(program, this.best, frozen, backend),
      history,
      bestEpoch: required(best, 'the best epoch').epoch,
      decidedBy,
      earlierSeconds: this.earlierSeconds,
    };
  }

  private stepsDone(): number {
    return this.position.epoch * this.run.size.perEpoch + this.position.step;
  }

  private get allSteps(): number {
    return this.run.size.perEpoch * this.options.manifest.training.epochs;
  }

  /** The rest of an epoch's steps. */
  private async steps(report: OnProgress): Promise<void> {
    const { train, manifest, signal } = this.options;
    const { epoch, step: firstStep } = this.position;
    const { program, size, features, loop } = this.run;
    const { epochs } = manifest.training;
    signal?.throwIfAborted();
    const order = { ...train, program, size, features, loop, epoch, firstStep, random: this.random };
    for await (const chunk of epochChunks(order)) {
      const sums = await this.advance(chunk);
      const losses = this.means(sums, chunk.steps);
      report({ phase: 'train', done: this.stepsDone(), total: this.allSteps, epoch: epoch + 1, epochs, ...losses });
      signal?.throwIfAborted();
      if (performance.now() - this.savedAt > CHECKPOINT_SECONDS * 1000) await this.save();
    }
  }

  private async state(): Promise<Tensors> {
    return this.initial ?? (await this.run.session.carried());
  }

  /** Runs a chunk of steps and gives the sums of their losses. */
  private async advance({ steps, inputs }: Chunk): Promise<Record<string, number>> {
    const outputs = await this.run.session.run({ ...this.initial, ...this.fed, ...inputs });
    this.initial = undefined;
    this.requireFiniteSteps(outputs);
    const sums = Object.fromEntries(this.losses.map((name) => [name, sum(numbersOf(outputs, name))] as const));
    const { position } = this;
    const total = mapRecord(sums, (value, name) => value + required(position.sums[name], `the sum of "${name}"`));
    this.position = { ...position, step: position.step + steps, sums: total };
    return sums;
  }

  private requireFiniteSteps(outputs: Tensors): void {
    const [losses, norms] = [numbersOf(outputs, TOTAL), numbersOf(outputs, NORM)];
    const bad = losses.findIndex((loss, index) => !Number.isFinite(loss) || !Number.isFinite(norms[index]));
    if (bad < 0) return;
    const { trained } = this.run.program;
    const gradients = numbersOf(outputs, 'gradientNorms').slice(bad * trained.length);
    throw notFinite({
      step: this.stepsDone() + bad + 1,
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
    const { history, sums, step, best: previous } = this.position;
    const { onProgress, manifest } = this.options;
    const { epochs } = manifest.training;
    const epoch = this.position.epoch + 1;
    const state = await this.state();
    const trained = trainedOf(this.run.program, state);
    const validated = await this.validate(trained, state, epoch / epochs);
    const best = bestOf(previous, epoch, validated?.decision.metric);
    if (best.epoch === epoch) this.best = trained;
    const losses = this.means(sums, step);
    const report: EpochReport = {
      epoch,
      ...losses,
      seconds: this.secondsOfEpoch(),
      ...(validated && { validation: { ...validated.losses, metrics: validated.metrics } }),
    };
    const decidedBy = validated ? { head: validated.decision.head, name: validated.decision.name } : null;
    this.position = { epoch, step: 0, sums: this.noSums, seconds: 0, history: [...history, report], best, decidedBy };
    this.epochStart = performance.now();
    const score = validated && { score: validated.decision };
    onProgress?.({ phase: 'epoch', done: epoch, total: epochs, epoch, epochs, ...losses, ...score });
  }

  private validate(trained: Tensors, state: Tensors, progress: number): Promise<Validated | undefined> {
    const { validation, program } = this.run;
    if (!validation) return Promise.resolve(undefined);
    return validation.run({ ...trained, ...pick(state, program.followers) }, progress);
  }

  private secondsOfEpoch(): number {
    return (performance.now() - this.epochStart) / 1000;
  }

  private async save(): Promise<void> {
    const position = { ...this.position, seconds: this.secondsOfEpoch() };
    const { identity } = this.run;
    await saveCheckpoint(this.options.store, { identity, position, state: await this.state(), best: this.best });
    this.savedAt = performance.now();
  }
}

const numbersOf = (outputs: Tensors, name: string): number[] =>
  Array.from<number | bigint, number>(required(outputs[name], name).data, Number);

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
