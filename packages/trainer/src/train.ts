import { required, type ResolvedManifest } from '@sensorium/contracts';
import { createRandom, memoryStore, type Store } from '@sensorium/data';
import { exportModel, MODEL_FILE, type ModelManifest, type ModelNoise } from '@sensorium/orchestrator';
import { requireOut, stoppable } from './calls.js';
import { Cache } from './data/cache.js';
import { Dataset, type Samples } from './data/dataset.js';
import { lookAtRow } from './data/look-at-row.js';
import type { OpenTable } from './data/open-table.js';
import { readingOf, type Reading } from './data/reading.js';
import { pickExamples } from './examples.js';
import { CHECKPOINT_FILE } from './folder/files.js';
import { keepCheckpoint } from './folder/keep-checkpoint.js';
import { readTrained, requireSame, type FinishedTraining } from './folder/read-trained.js';
import { repairModel } from './folder/replace-model.js';
import { requireFree } from './folder/require-free.js';
import { requireNoRealModel } from './folder/require-no-real-model.js';
import { writeJudgement, writeModel } from './folder/write-result.js';
import type { Host } from './host.js';
import type { Example, Metrics, Variation } from './metrics.js';
import type { CheckOptions, ManifestSource } from './plan/options.js';
import { plannedOf, type Planned } from './plan/planned.js';
import { setUp, type Setup } from './plan/set-up.js';
import { filesOfWeights, startReport } from './plan/start.js';
import { loadCheckpoint, type Checkpoint } from './run/checkpoint.js';
import { fit, type Fitted } from './run/fit.js';
import { answerRows, scoreModel, type FinishedModel } from './run/score-model.js';
import type { Score } from './run/score.js';
import { pickVariations } from './variations.js';

export interface TrainOptions extends CheckOptions {
  /**
   * The model's folder: a path, in Node on the disk and on a page in its private file system (OPFS), or a store. It is made
   * if it is not there. Default: memory.
   */
  readonly out?: string | Store;
  /**
   * Go on from the checkpoint in `out`; begin where there is none yet, and give what is there where the training is finished.
   * Default false.
   */
  readonly resume?: boolean;
  /**
   * Begin anew where `out` already holds something: a model is replaced when the new one is whole, and the checkpoint of an
   * unfinished training gets another name. Default false: then that is SENSORIUM_EXISTS.
   */
  readonly overwrite?: boolean;
  /** Hears what the caller should know although nothing is wrong. */
  readonly onNote?: (note: string) => void;
  /** Hears what will be trained, on what, before it is. */
  readonly onPlan?: (planned: Planned) => void;
}

/** A finished training. `loadPipeline` of the orchestrator takes it as it is. */
export interface Trained {
  /** The path of `out`. */
  readonly folder: string;
  readonly metrics: Metrics;
  readonly manifest: ModelManifest;
  readonly model: Uint8Array;
  /** All that `out` holds now, by name: model.onnx, manifest.json, metrics.json, report.html, further graphs. */
  readonly files: Readonly<Record<string, Uint8Array>>;
}

/** `train` of one host. */
export function createTrain(host: Host) {
  return async function train(source: ManifestSource, options: TrainOptions = {}): Promise<Trained> {
    const { out = memoryStore() } = options;
    requireOut(out);
    return stoppable(options.signal, async () => {
      const store = typeof out === 'string' ? host.folder(out) : out;
      const lock = await store.lock();
      try {
        return await new Training(host, store, options).run(source);
      } finally {
        lock.release();
      }
    });
  };
}

/** The rows of a training's tables, prepared. */
interface Data {
  readonly train: Samples;
  readonly validation?: Samples;
  readonly test?: Samples;
}

interface Judged {
  readonly validation: Score | null;
  readonly test: Score | null;
  readonly examples: readonly Example[];
  readonly variations: readonly Variation[];
}

/** One call of `train`. */
class Training {
  private readonly begin = performance.now();
  private readonly opened: Dataset[] = [];

  constructor(
    private readonly host: Host,
    private readonly store: Store,
    private readonly options: TrainOptions,
  ) {}

  async run(source: ManifestSource): Promise<Trained> {
    const { resume = false, onPlan, onNote } = this.options;
    await repairModel(this.store);
    const found = resume ? await this.findTraining() : {};
    if (!found.checkpoint && !found.finished) await this.requireFree();
    const prepared = await setUp(this.host, source, this.options);
    if (found.finished) requireSame(found.finished, prepared, this.folder, this.store);
    onPlan?.(plannedOf(prepared));
    if (found.finished) return this.isDone(found.finished);
    await this.requireWritable();
    // Another training may have written here before this one had the lock, if there was no folder yet.
    if (!found.checkpoint) await this.requireFree();
    if (!resume) await this.keepOldCheckpoint();
    for (const note of prepared.notes) onNote?.(note);
    try {
      return await this.train(prepared, found.checkpoint);
    } finally {
      await Promise.all(this.opened.map((dataset) => dataset.dispose()));
    }
  }

  private async train(prepared: Setup, checkpoint: Checkpoint | undefined): Promise<Trained> {
    const { manifest, parts, backend, start, decides } = prepared;
    const { onProgress, signal } = this.options;
    const { store } = this;
    const cache = new Cache(prepared.cache, ({ message, hint }) => this.options.onNote?.(`${message}. ${hint}`));
    const data = await this.openData(prepared, cache);
    const reading = readingOf({ ...data });
    for (const { message } of reading.warnings) this.options.onNote?.(message);
    const fitted = await fit({
      manifest,
      parts,
      train: data.train,
      ...(data.validation && decides && { validation: { ...data.validation, decides } }),
      backend: backend.use,
      start: start ? start.weights : {},
      store,
      cache,
      ...(checkpoint && { checkpoint }),
      ...(onProgress && { onProgress }),
      ...(signal && { signal }),
    });
    onProgress?.({ phase: 'save', subject: MODEL_FILE, done: 0, total: 1 });
    const decided = { ...prepared, manifest: withLearningRate(manifest, fitted.learningRate) };
    const exported = exportModel(parts, fitted.weights, decided.manifest);
    const model = required(exported.files[MODEL_FILE], MODEL_FILE);
    const written = await writeModel(store, this.folder, decided, exported);
    onProgress?.({ phase: 'save', subject: MODEL_FILE, done: 1, total: 1 });
    const judged = await this.judge(model, exported.noise, prepared, data);
    const metrics = this.metricsOf(prepared, data, fitted, judged, reading);
    const { examples, variations } = judged;
    const judgement = await writeJudgement(store, decided, {
      manifest: written.manifest,
      metrics,
      examples,
      variations,
    });
    await store.remove(CHECKPOINT_FILE);
    const files = { ...written.files, ...judgement };
    return { folder: store.path(), metrics, model, manifest: written.manifest, files };
  }

  /** What there is to go on from. */
  private async findTraining(): Promise<{ readonly checkpoint?: Checkpoint; readonly finished?: FinishedTraining }> {
    const checkpoint = await loadCheckpoint(this.store);
    if (checkpoint) return { checkpoint };
    const finished = await readTrained(this.store, this.host.platform);
    if (finished) return { finished };
    this.options.onNote?.('there is no checkpoint to go on from: the training begins');
    return {};
  }

  private isDone(finished: FinishedTraining): Trained {
    this.options.onNote?.('the training in this folder is finished: there is nothing left to do');
    return { folder: this.store.path(), ...finished };
  }

  private async requireFree(): Promise<void> {
    const { overwrite = false, quick = false } = this.options;
    if (!overwrite) await requireFree(this.store);
    if (quick) await requireNoRealModel(this.store);
  }

  /** The path of the folder; undefined where the caller gave a store. */
  private get folder(): string | undefined {
    const { out } = this.options;
    return typeof out === 'string' ? out : undefined;
  }

  /** A folder that cannot be made or written is found out before anything is prepared. */
  private async requireWritable(): Promise<void> {
    const file = await this.store.create(CHECKPOINT_FILE);
    await file.dispose();
  }

  private async keepOldCheckpoint(): Promise<void> {
    const kept = await keepCheckpoint(this.store);
    if (kept) this.options.onNote?.(`the checkpoint of an unfinished training was here; it is kept as ${kept}`);
  }

  private async openData(prepared: Setup, cache: Cache): Promise<Data> {
    const { tables, split } = prepared;
    const dataset = await this.openDataset(tables.train, prepared, cache);
    const held = split.held.length > 0 ? dataset.samples(split.held) : undefined;
    const validation = tables.validation
      ? (await this.openDataset(tables.validation, prepared, cache)).everything
      : held;
    const test = tables.test && (await this.openDataset(tables.test, prepared, cache)).everything;
    return { train: dataset.samples(split.train), ...(validation && { validation }), ...(test && { test }) };
  }

  private async openDataset(table: OpenTable, { columns }: Setup, cache: Cache): Promise<Dataset> {
    const dataset = await Dataset.open(table, columns, { ...this.options, cache });
    this.opened.push(dataset);
    return dataset;
  }

  /** Scores the final model. Nothing was chosen by the test table, and nothing is after this. */
  private async judge(bytes: Uint8Array, noise: ModelNoise, prepared: Setup, data: Data): Promise<Judged> {
    const { backend, parts, manifest } = prepared;
    const { onProgress, signal } = this.options;
    const session = await backend.use.load(bytes, { isolate: true });
    const random = createRandom(manifest.training.seed, 'answers');
    const model: FinishedModel = { parts, session, noise, random };
    const score = async (samples: Samples | undefined, phase: 'validate' | 'test'): Promise<Score | null> =>
      samples ? scoreModel(model, samples, { phase, onProgress, signal }) : null;
    try {
      const validation = await score(data.validation, 'validate');
      const test = await score(data.test, 'test');
      const [shown, samples] = data.test ? [test, data.test] : [validation, data.validation];
      const examples = samples ? await examplesOf(model, samples, shown, prepared) : [];
      const variations = await pickVariations(data.train, prepared.columns, manifest.training.seed);
      return { validation, test, examples, variations };
    } finally {
      await session.dispose();
    }
  }

  private metricsOf(prepared: Setup, data: Data, fitted: Fitted, judged: Judged, reading: Reading): Metrics {
    const { manifest, plan, origin, start, backend, heldOut, warnings, firstLook } = prepared;
    const { bestEpoch, history, decidedBy, earlierSeconds, steps, stepsPerEpoch, rangeTest, limit } = fitted;
    const count = (samples: Samples | undefined): number => (samples ? samples.rows.length : 0);
    const seen = (path: string): string => origin.seenFrom(this.folder, path);
    return {
      name: manifest.name,
      backend: backend.backend,
      seconds: earlierSeconds + (performance.now() - this.begin) / 1000,
      memory: this.host.peakMemory(),
      rows: { train: count(data.train), validation: count(data.validation), test: count(data.test) },
      parameters: plan.parameters,
      ...(start && { start: startReport({ ...start, files: filesOfWeights(manifest.data).map(seen) }) }),
      decides: decidedBy,
      bestEpoch,
      history,
      steps,
      stepsPerEpoch,
      ...(rangeTest && { rangeTest }),
      ...(limit && { limit }),
      ...(firstLook && { firstLook }),
      heldOut,
      warnings: [...warnings, ...reading.warnings],
      ...(reading.skipped && { skipped: reading.skipped }),
      ...(judged.validation && { validation: judged.validation.scores }),
      ...(judged.test && { test: judged.test.scores }),
    };
  }
}

const withLearningRate = (manifest: ResolvedManifest, learningRate: number): ResolvedManifest => ({
  ...manifest,
  training: { ...manifest.training, learningRate },
});

/** What the report shows: the worst answers and the best. */
function examplesOf(
  model: FinishedModel,
  { dataset, rows }: Samples,
  score: Score | null,
  { columns }: Setup,
): Promise<Example[]> {
  const heads = Object.entries(model.parts.heads).map(([name, { head }]) => [name, head] as const);
  return pickExamples({
    heads: Object.fromEntries(heads),
    rows,
    badness: score ? score.badness : {},
    look: (row) => lookAtRow(dataset.table, columns, row),
    answer: (some) => answerRows(model, dataset, some),
  });
}
