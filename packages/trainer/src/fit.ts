import {
  type Backend,
  type Random,
  type ResolvedManifest,
  type Scores,
  type Session,
  type Tensor,
  type Tensors,
} from '@sensorium/contracts';
import { createRandom, hashBytes } from '@sensorium/data';
import { writeSafeTensors } from '@sensorium/tensors';
import { type TrainingProgram } from '@sensorium/training';
import { exportModel, mapRecord, type Parts } from '@sensorium/orchestrator';
import {
  requireIdentity,
  saveCheckpoint,
  type Best,
  type Checkpoint,
  type EpochReport,
  type Position,
} from './checkpoint.js';
import type { Samples } from './dataset.js';
import { openTrainingFeatures, type OpenFeatures } from './features/open.js';
import type { Precision } from './features/groups.js';
import { BeyondHalf, pick } from './features/store.js';
import { epochChunks, type Chunk } from './feed.js';
import { notFinite, requireFinite } from './not-finite.js';
import { planTraining } from './plan-training.js';
import { trainedOf, weightsOf } from './program.js';
import { timed, type OnProgress } from './progress.js';
import { decidingScore, scoreRows } from './score.js';
import type { StepSize } from './step-size.js';

/** A checkpoint in the middle of an epoch is due when the last one is so old. */
const CHECKPOINT_SECONDS = 60;

export interface FitOptions {
  readonly manifest: ResolvedManifest;
  readonly parts: Parts;
  readonly train: Samples;
  readonly validation?: Samples;
  readonly backend: Backend;
  /** Where the training's state is kept. */
  readonly checkpointPath: string;
  /** Weights to start from, by name. */
  readonly start: Tensors;
  /** Go on from here. */
  readonly checkpoint?: Checkpoint;
  readonly onProgress?: OnProgress;
  readonly signal?: AbortSignal;
}

export interface Fitted {
  readonly weights: Record<string, Tensor>;
  readonly history: readonly EpochReport[];
  /** From 1; the epoch whose weights these are. */
  readonly bestEpoch: number;
  /** Seconds that earlier runs spent on it. */
  readonly earlierSeconds: number;
}

/**
 * Trains until the last epoch, or until validation stops getting better. The best epoch's weights are kept; of epochs with
 * the same score the last, whose loss is lower as a rule. Without validation it is the last epoch.
 *
 * Throws SENSORIUM_NOT_FINITE; SENSORIUM_NOTHING_TO_RESUME for a checkpoint of another training; what saving throws; and
 * the signal's reason once a checkpoint is saved.
 */
export async function fit(options: FitOptions): Promise<Fitted> {
  try {
    return await fitWith('float16', options);
  } catch (error) {
    if (!(error instanceof BeyondHalf)) throw error;
    return await fitWith('float32', options);
  }
}

async function fitWith(precision: Precision, options: FitOptions): Promise<Fitted> {
  const { manifest, train, backend, checkpoint, checkpointPath } = options;
  const { features: plan, program, ...planned } = planTraining(options, train.rows.length, precision);
  const identity = identify(options, program);
  const frozen = program.frozenValues(firstValues(manifest));
  requireFinite(frozen);
  const features = plan && (await openTrainingFeatures(options, { ...options, plan, frozen }));
  try {
    // Only now: features tell whether float16 holds them, which is part of the identity.
    if (checkpoint) requireIdentity(checkpoint, identity, checkpointPath);
    const carried = Object.fromEntries(program.state.map((name) => [name, `next/${name}`]));
    const session = await backend.load(program.model, { isolate: true, carried });
    try {
      const run = { ...planned, program, identity, session, frozen, features };
      return await new Run(options, run).toTheEnd();
    } finally {
      await session.dispose();
    }
  } finally {
    await features?.dispose();
  }
}

/** The stream that fills the parameters. */
const firstValues = ({ training }: ResolvedManifest): Random => createRandom(training.seed, 'weights');

/** All that decides the weights. The program covers the model, the optimizer and the code that made them. */
function identify({ manifest, train, validation, start }: FitOptions, { model }: TrainingProgram): string {
  const data = [train, validation].map((samples) => samples && [samples.dataset.key, [...samples.rows]]);
  const weights = Object.keys(start).length > 0 ? hashBytes(writeSafeTensors(start)) : null;
  return hashBytes(JSON.stringify([hashBytes(model), manifest.inputs, manifest.training, data, weights]));
}

interface RunParts {
  readonly program: TrainingProgram;
  readonly identity: string;
  readonly session: Session;
  readonly size: StepSize;
  /** Whether a run of the session takes several steps. */
  readonly loop: boolean;
  /** The values of the frozen parameters. */
  readonly frozen: Tensors;
  /** What the frozen part of the model makes of the samples. */
  readonly features: OpenFeatures | null;
}

/** The running training: its state, and where it stands. */
class Run {
  /** What the session starts from; from its first run on it keeps the state itself. */
  private initial: Tensors | undefined;
  /** What was trained, as it was after the best epoch. */
  private best: Tensors;
  private position: Position;
  /** Frozen parameters that training reads: not those before the features. */
  private readonly fed: Tensors;
  private epochStart: number;
  private savedAt = performance.now();
  private readonly earlierSeconds: number;
  private readonly random;

  constructor(
    private readonly options: FitOptions,
    private readonly run: RunParts,
  ) {
    const { checkpoint, manifest } = options;
    const { seed } = manifest.training;
    this.random = createRandom(seed, 'training');
    this.initial = checkpoint?.state ?? run.program.initialState(firstValues(manifest));
    requireFinite(this.initial);
    this.fed = pick(run.frozen, run.program.frozen);
    this.best = checkpoint?.best ?? {};
    this.position = checkpoint?.position ?? { epoch: 0, step: 0, lossSum: 0, seconds: 0, history: [] };
    this.epochStart = performance.now() - this.position.seconds * 1000;
    this.earlierSeconds = this.position.history.reduce((sum, { seconds }) => sum + seconds, this.position.seconds);
  }

  async toTheEnd(): Promise<Fitted> {
    const { manifest, onProgress, signal } = this.options;
    const { epochs, patience } = manifest.training;
    // A folder that cannot be written, or holds too little, is found out now and not after an hour.
    await this.save();
    const report = timed(onProgress, this.stepsDone());
    try {
      while (this.position.epoch < epochs && !this.isStale(patience)) {
        await this.steps(report);
        await this.finishEpoch();
        await this.save();
      }
    } catch (error) {
      if (signal?.aborted) await this.save();
      throw error;
    }
    const { history, best } = this.position;
    const bestEpoch = best?.epoch ?? history.length;
    return { weights: await this.weights(this.best), history, bestEpoch, earlierSeconds: this.earlierSeconds };
  }

  private stepsDone(): number {
    return this.position.epoch * this.run.size.perEpoch + this.position.step;
  }

  private isStale(patience: number | null): boolean {
    const { best, history } = this.position;
    return patience !== null && best !== undefined && history.length - best.since >= patience;
  }

  /** The rest of an epoch's steps. */
  private async steps(report: OnProgress): Promise<void> {
    const { train, manifest, signal } = this.options;
    const { epoch, step: firstStep } = this.position;
    const { program, size, features, loop } = this.run;
    const { batchSize, accumulate, perEpoch } = size;
    const { epochs } = manifest.training;
    signal?.throwIfAborted();
    const order = { ...train, program, batchSize, accumulate, features, loop, epoch, firstStep, random: this.random };
    for await (const chunk of epochChunks(order)) {
      const loss = mean(await this.advance(chunk));
      report({ phase: 'train', done: this.stepsDone(), total: perEpoch * epochs, epoch: epoch + 1, epochs, loss });
      signal?.throwIfAborted();
      if (performance.now() - this.savedAt > CHECKPOINT_SECONDS * 1000) await this.save();
    }
  }

  private async state(): Promise<Tensors> {
    return this.initial ?? (await this.run.session.carried());
  }

  /** Runs a chunk of steps and gives their losses. */
  private async advance({ steps, inputs }: Chunk): Promise<number[]> {
    const outputs = await this.run.session.run({ ...this.initial, ...this.fed, ...inputs });
    this.initial = undefined;
    const losses = Array.from(outputs['loss']?.data ?? [], Number);
    const norms = Array.from(outputs['gradientNorm']?.data ?? [], Number);
    const bad = losses.findIndex((loss, index) => !Number.isFinite(loss) || !Number.isFinite(norms[index]));
    if (bad >= 0) {
      const step = this.stepsDone() + bad + 1;
      throw notFinite({ step, loss: losses[bad], norm: norms[bad], parameter: this.firstBad(outputs, bad) });
    }
    const { position } = this;
    const lossSum = losses.reduce((a, b) => a + b, position.lossSum);
    this.position = { ...position, step: position.step + steps, lossSum };
    return losses;
  }

  /** The first parameter whose gradient was not finite at a step. */
  private firstBad({ gradientNorms }: Tensors, step: number): string | undefined {
    const { trained } = this.run.program;
    return trained.find((_, index) => !Number.isFinite(Number(gradientNorms?.data[step * trained.length + index])));
  }

  private weights(trained: Tensors): Promise<Record<string, Tensor>> {
    return weightsOf(this.run.program, trained, this.run.frozen, this.options.backend);
  }

  private async finishEpoch(): Promise<void> {
    const { history, lossSum, step, best: previous } = this.position;
    const { epochs } = this.options.manifest.training;
    const epoch = this.position.epoch + 1;
    const trained = trainedOf(this.run.program, await this.state());
    const scores = await this.validate(trained);
    const score = scores && decidingScore(scores);
    const best = bestOf(previous, epoch, score?.value);
    if (best.epoch === epoch) this.best = trained;
    const report: EpochReport = {
      epoch,
      loss: lossSum / Math.max(1, step),
      seconds: this.secondsOfEpoch(),
      ...(scores && { validation: mapRecord(scores, ({ values }) => values) }),
    };
    this.position = { epoch, step: 0, lossSum: 0, seconds: 0, history: [...history, report], best };
    this.epochStart = performance.now();
    this.options.onProgress?.({ phase: 'epoch', done: epoch, total: epochs, epoch, epochs, loss: report.loss, score });
  }

  private async validate(trained: Tensors): Promise<Record<string, Scores> | undefined> {
    const { validation, parts, manifest, backend, onProgress, signal } = this.options;
    if (!validation) return undefined;
    const { features } = this.run;
    const weights = await this.weights(trained);
    const model = features ? features.plan.inference(weights) : exportModel(parts, weights, manifest);
    const session = await backend.load(model, { isolate: true });
    try {
      const { scores } = await scoreRows({
        ...validation,
        parts,
        session,
        features,
        phase: 'validate',
        onProgress,
        signal,
      });
      return scores;
    } finally {
      await session.dispose();
    }
  }

  private secondsOfEpoch(): number {
    return (performance.now() - this.epochStart) / 1000;
  }

  private async save(): Promise<void> {
    const position = { ...this.position, seconds: this.secondsOfEpoch() };
    const { identity } = this.run;
    const { checkpointPath } = this.options;
    await saveCheckpoint(checkpointPath, { identity, position, state: await this.state(), best: this.best });
    this.savedAt = performance.now();
  }
}

function bestOf(best: Best | undefined, epoch: number, score: number | undefined): Best {
  if (!best || score === undefined || score > best.score) return { epoch, score: score ?? 0, since: epoch };
  return score === best.score ? { ...best, epoch } : best;
}

const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / Math.max(1, values.length);
