import { SensoriumError, type Backend, type ResolvedManifest, type Session, type Tensor } from '@sensorium/contracts';
import { createRandom } from '@sensorium/data';
import type { TrainingProgram } from '@sensorium/graph';
import { exportModel, type Parts } from '@sensorium/orchestrator';
import { loadCheckpoint, saveCheckpoint, type Checkpoint, type EpochReport, type Position } from './checkpoint.js';
import type { Dataset } from './dataset.js';
import { epochChunks, stepsPerEpoch, type Chunk } from './feed.js';
import { modelProgram, weightsOf } from './program.js';
import { timed, type OnProgress } from './progress.js';
import { decidingScore, scoreRows } from './score.js';

/** A checkpoint in the middle of an epoch is due when the last one is so old. */
const CHECKPOINT_SECONDS = 60;

export interface FitOptions {
  readonly manifest: ResolvedManifest;
  readonly parts: Parts;
  readonly dataset: Dataset;
  readonly trainRows: Uint32Array;
  readonly validation?: { readonly dataset: Dataset; readonly rows: Uint32Array };
  readonly backend: Backend;
  readonly checkpoint: { readonly path: string; readonly identity: string; readonly resume: boolean };
  readonly onProgress?: OnProgress;
  readonly signal?: AbortSignal;
}

export interface Fitted {
  readonly weights: Record<string, Tensor>;
  readonly history: readonly EpochReport[];
  /** From 1; the epoch whose weights these are. */
  readonly bestEpoch: number;
}

/**
 * Trains until the last epoch, or until validation stops getting better. The best epoch's weights are kept.
 * Throws SENSORIUM_NOT_FINITE, SENSORIUM_NOTHING_TO_RESUME, and the signal's reason once a checkpoint is saved.
 */
export async function fit(options: FitOptions): Promise<Fitted> {
  const { manifest, parts, trainRows, backend } = options;
  const { training } = manifest;
  const batchSize = Math.min(training.batchSize, trainRows.length);
  const perEpoch = stepsPerEpoch(trainRows.length, batchSize);
  const program = modelProgram(parts, training, { batchSize, steps: perEpoch * training.epochs });
  const session = await backend.load(program.model, { isolate: true });
  try {
    const run = new Run(options, program, session, batchSize, perEpoch);
    return await run.toTheEnd();
  } finally {
    await session.dispose();
  }
}

/** The running training: its state, and where it stands. */
class Run {
  private state: Record<string, Tensor> = {};
  private best: Readonly<Record<string, Tensor>> = {};
  private position: Position = { epoch: 0, step: 0, lossSum: 0, history: [] };
  private savedAt = performance.now();
  private readonly random;

  constructor(
    private readonly options: FitOptions,
    private readonly program: TrainingProgram,
    private readonly session: Session,
    private readonly batchSize: number,
    private readonly perEpoch: number,
  ) {
    this.random = createRandom(options.manifest.training.seed, 'training');
  }

  async toTheEnd(): Promise<Fitted> {
    await this.start();
    const { epochs, patience } = this.options.manifest.training;
    const report = timed(this.options.onProgress, this.stepsDone());
    while (this.position.epoch < epochs && !this.isStale(patience)) {
      await this.epoch(report);
      await this.save();
    }
    const { history, best } = this.position;
    return { weights: { ...this.best }, history, bestEpoch: best?.epoch ?? history.length };
  }

  private async start(): Promise<void> {
    const { path, identity, resume } = this.options.checkpoint;
    if (!resume) {
      this.state = this.program.initialState(createRandom(this.options.manifest.training.seed, 'weights'));
      // A folder that cannot be written, or holds too little, is found out now and not after an hour.
      return this.save();
    }
    const { state, best, position }: Checkpoint = await loadCheckpoint(path, identity);
    this.state = { ...state };
    this.best = best;
    this.position = position;
  }

  private stepsDone(): number {
    return this.position.epoch * this.perEpoch + this.position.step;
  }

  private isStale(patience: number | null): boolean {
    const { best, history } = this.position;
    return patience !== null && best !== undefined && history.length - best.epoch >= patience;
  }

  private async epoch(report: OnProgress): Promise<void> {
    const { dataset, trainRows, manifest, signal } = this.options;
    const started = performance.now();
    const { epoch, step } = this.position;
    const { random, program, batchSize } = this;
    const chunks = epochChunks({ dataset, rows: trainRows, program, batchSize, epoch, firstStep: step, random });
    for await (const chunk of chunks) {
      const losses = await this.advance(chunk);
      report({
        phase: 'train',
        done: this.stepsDone(),
        total: this.perEpoch * manifest.training.epochs,
        epoch: epoch + 1,
        epochs: manifest.training.epochs,
        loss: mean(losses),
      });
      if (signal?.aborted) {
        await this.save();
        signal.throwIfAborted();
      }
      if (performance.now() - this.savedAt > CHECKPOINT_SECONDS * 1000) await this.save();
    }
    await this.finishEpoch(started);
  }

  /** Runs a chunk of steps; the state changes only if all of them gave finite numbers. */
  private async advance({ steps, inputs }: Chunk): Promise<number[]> {
    const outputs = await this.session.run({ ...this.state, ...inputs });
    const losses = Array.from(outputs['loss']?.data ?? [], Number);
    const norms = Array.from(outputs['gradientNorm']?.data ?? [], Number);
    const bad = losses.findIndex((loss, index) => !Number.isFinite(loss) || !Number.isFinite(norms[index]));
    if (bad >= 0) throw notFinite(this.stepsDone() + bad + 1, losses[bad] ?? NaN, norms[bad] ?? NaN);
    for (const name of this.program.state) {
      const next = outputs[`next/${name}`];
      if (next) this.state[name] = next;
    }
    const { position } = this;
    const lossSum = losses.reduce((a, b) => a + b, position.lossSum);
    this.position = { ...position, step: position.step + steps, lossSum };
    return losses;
  }

  private async finishEpoch(started: number): Promise<void> {
    const { position } = this;
    const epoch = position.epoch + 1;
    const scores = await this.validate();
    const score = scores && decidingScore(scores);
    const better = !score || score.value >= (position.best?.score ?? -Infinity);
    if (better) this.best = structuredClone(weightsOf(this.program, this.state));
    const report: EpochReport = {
      epoch,
      loss: position.lossSum / Math.max(1, position.step),
      seconds: (performance.now() - started) / 1000,
      ...(scores && {
        validation: Object.fromEntries(Object.entries(scores).map(([head, { values }]) => [head, values])),
      }),
    };
    const best = better ? { epoch, score: score?.value ?? -report.loss } : position.best;
    this.position = { epoch, step: 0, lossSum: 0, history: [...position.history, report], best };
    const { epochs } = this.options.manifest.training;
    this.options.onProgress?.({ phase: 'epoch', done: epoch, total: epochs, epoch, epochs, loss: report.loss, score });
  }

  private async validate() {
    const { validation, parts, manifest, backend, onProgress, signal } = this.options;
    if (!validation) return undefined;
    const model = exportModel(parts, weightsOf(this.program, this.state), manifest);
    const session = await backend.load(model, { isolate: true });
    try {
      const { scores } = await scoreRows({ ...validation, parts, session, phase: 'validate', onProgress, signal });
      return scores;
    } finally {
      await session.dispose();
    }
  }

  private async save(): Promise<void> {
    const { path, identity } = this.options.checkpoint;
    await saveCheckpoint(path, { identity, position: this.position, state: this.state, best: this.best });
    this.savedAt = performance.now();
  }
}

const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / Math.max(1, values.length);

const notFinite = (step: number, loss: number, norm: number): SensoriumError =>
  new SensoriumError({
    code: 'SENSORIUM_NOT_FINITE',
    message: `training broke at step ${step}: the loss is ${loss}, the norm of the gradient ${norm}`,
    hint: 'Lower training.learningRate or training.clip. The last checkpoint is whole.',
  });
