import {
  required,
  type Backend,
  type Random,
  type ResolvedManifest,
  type Session,
  type Tensors,
} from '@sensorium/contracts';
import { createRandom, type FilledBatch } from '@sensorium/data';
import { mapRecord, type Parts } from '@sensorium/orchestrator';
import type { Samples } from '../data/dataset.js';
import { columnsReading } from '../features/columns.js';
import type { TrainingFeatures } from '../features/open.js';
import type { Losses } from '../metrics.js';
import { lossName } from '../plan/model-graph.js';
import type { Decider } from '../plan/set-up.js';
import { pick } from '../pick.js';
import type { OnProgress, Progress } from '../progress.js';
import { heldOutGraph, PROGRESS, TOTAL_LOSS, type HeldOutGraph } from './held-out-graph.js';
import { Meters } from './meters.js';
import { modelNoise } from './noise.js';
import { BATCH, scoreRows, type Score, type Scored } from './score.js';

export interface ValidationOptions {
  readonly manifest: ResolvedManifest;
  readonly parts: Parts;
  /** Weights to start from, by name. */
  readonly start: Tensors;
  readonly samples: Samples;
  readonly decides: Decider;
  readonly backend: Backend;
  /** The values of parameters that training does not change. */
  readonly frozen: Tensors;
  /** What of the model was computed before. */
  readonly features: TrainingFeatures | null;
  readonly onProgress?: OnProgress;
  readonly signal?: AbortSignal;
}

/** What validation found out about the weights of an epoch. */
export interface Validated {
  /** Their values, by head and name. */
  readonly metrics: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** Where they decide, or cost next to nothing. */
  readonly losses?: Losses;
  /** What epochs are compared by. */
  readonly decision: NonNullable<Progress['score']>;
}

/**
 * Validation of a whole training: one session, whose weights are inputs. Those that training changes are given once an
 * epoch, the others once.
 */
export class Validation {
  private isFirst = true;
  private readonly random: Random;

  private constructor(
    private readonly options: ValidationOptions,
    private readonly graph: HeldOutGraph,
    private readonly session: Session,
    private readonly batchSize: number,
  ) {
    this.random = createRandom(options.manifest.training.seed, 'validation');
  }

  static async open(options: ValidationOptions): Promise<Validation> {
    const { manifest, parts, samples, decides, backend, features } = options;
    const couples = Object.values(parts.heads).some(({ head }) => head.couplesSamples);
    const batchSize = Math.min(couples ? manifest.training.batchSize : BATCH, samples.rows.length);
    const graph = heldOutGraph({
      ...options,
      batchSize,
      reads: new Meters(parts, 0).reads,
      needsLosses: decides.head === null || manifest.training.balance !== null,
      features: features?.plan ?? null,
    });
    const session = await backend.load(graph.model, { isolate: true, held: graph.held });
    return new Validation(options, graph, session, batchSize);
  }

  /**
   * @param changed all that training changes and the model reads, by name: weights and teachers' weights
   * @param progress of the training, 0…1
   */
  async run(changed: Tensors, progress: number): Promise<Validated> {
    const { parts, samples, onProgress, signal } = this.options;
    const rows = this.graph.distinct?.rows ?? samples.rows;
    const held = this.heldValues(changed, progress);
    const scored: Scored = {
      session: this.session,
      batchSize: this.batchSize,
      losses: this.graph.losses,
      read: async (batch, index) => {
        const { inputs, targets } = await this.read(batch, index);
        return { inputs: index === 0 ? { ...inputs, ...held } : inputs, targets };
      },
    };
    const score = await scoreRows(scored, { parts, rows, phase: 'validate', intervals: false, onProgress, signal });
    this.isFirst = false;
    return this.validated(score);
  }

  dispose(): Promise<void> {
    return this.session.dispose();
  }

  private heldValues(changed: Tensors, progress: number): Tensors {
    const all: Tensors = {
      ...(this.isFirst ? this.options.frozen : {}),
      ...changed,
      [PROGRESS]: { dtype: 'float32', shape: [], data: Float32Array.of(progress) },
    };
    const given = this.graph.held.filter((name) => this.isFirst || name in all);
    return pick(all, given);
  }

  private async read({ rows }: FilledBatch, index: number): Promise<{ inputs: Tensors; targets: Tensors }> {
    const { samples, features, parts } = this.options;
    const { held, noises, distinct } = this.graph;
    const columns = [...columnsReading(new Set(this.session.inputNames), parts), ...new Meters(parts, 0).columns];
    const read = await samples.dataset.read(rows, { only: new Set(columns) });
    const noise = noises.map(
      ({ name, kind, shape }) =>
        [name, modelNoise({ kind, shape: shape.map(Number) }, this.random.fork(`${name}/${index}`))] as const,
    );
    const all = {
      ...read,
      ...(features ? await features.validation.read(rows) : {}),
      ...(await distinct?.read(rows)),
      ...Object.fromEntries(noise),
    };
    const names = this.session.inputNames.filter((name) => !held.includes(name));
    return { inputs: pick(all, names), targets: read };
  }

  private validated({ scores, losses }: Score): Validated {
    const { head } = this.options.decides;
    const total = losses[TOTAL_LOSS];
    const { [TOTAL_LOSS]: _, ...terms } = losses;
    const named = Object.fromEntries(Object.entries(terms).map(([name, value]) => [lossName(name), value]));
    return {
      metrics: mapRecord(scores, ({ metrics }) => mapRecord(metrics, ({ value }) => value)),
      ...(total !== undefined && { losses: { loss: total, losses: named } }),
      decision: head === null ? byLoss(required(total, 'the validation loss')) : byMetric(head, scores),
    };
  }
}

const byLoss = (value: number): Validated['decision'] => ({
  head: null,
  name: TOTAL_LOSS,
  metric: { value, better: 'lower', title: 'validation loss' },
});

function byMetric(head: string, scores: Score['scores']): Validated['decision'] {
  const { decides, metrics } = required(scores[head], `the scores of heads.${head}`);
  return { head, name: decides, metric: required(metrics[decides], `the metric "${decides}" of heads.${head}`) };
}
