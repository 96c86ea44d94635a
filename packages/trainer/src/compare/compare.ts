import { required, SensoriumError, type ResolvedManifest } from '@sensorium/contracts';
import { memoryStore, sha256, writeStored, type Store } from '@sensorium/data';
import {
  createPluginResolver,
  readManifest,
  readPluginFiles,
  resolveManifest,
  type ManifestResolution,
  type ReadManifest,
} from '@sensorium/orchestrator';
import { requireOut, stoppable } from '../calls.js';
import { chosenOrigin } from '../data/chosen-origin.js';
import { COMPARISON_FILE, COMPARISON_PAGE } from '../folder/files.js';
import { hashesOf } from '../folder/write-result.js';
import type { Host, Origin } from '../host.js';
import type { Metrics } from '../metrics.js';
import { inputAlone } from '../plan/alone.js';
import { placed } from '../plan/manifest-place.js';
import type { CheckOptions, ManifestSource } from '../plan/options.js';
import { pluginReading } from '../plan/plugin-reading.js';
import { openTables } from '../plan/read-tables.js';
import { filesOfWeights, readFilesOfWeights } from '../plan/start.js';
import type { Progress } from '../progress.js';
import { createTrain, type TrainOptions } from '../train.js';
import { Clock } from './clock.js';
import type { Comparison } from './comparison.js';
import { Finished, identityOf, type Trainable } from './finished.js';
import { renderComparison } from './page.js';
import { summarise, type Tried } from './summarise.js';
import { variantsOf, type Over, type Variant } from './variants.js';

/** Trains one model; `train` of this package is one. */
export type TrainOne = (source: ManifestSource, options: TrainOptions) => Promise<{ readonly metrics: Metrics }>;

export interface CompareOptions extends Omit<CheckOptions, 'alone' | 'quick' | 'onProgress'> {
  readonly over: Over;
  /** Seeds that each is trained with, or how many of them, from 1 on. Default 3. */
  readonly seeds?: number | readonly number[];
  /**
   * The folder of the comparison, as `train` takes it: a folder for each training, compare.json and compare.html. What is
   * finished there, of the same manifest and tables, is not trained again. Default: memory.
   */
  readonly out?: string | Store;
  /** Trains one of them. Default: in this process, whose memory is then that of all. */
  readonly train?: TrainOne;
  readonly onProgress?: (progress: CompareProgress) => void;
  /** Hears of each training that is finished. */
  readonly onTrained?: (trained: Run & { readonly metrics: Metrics }) => void;
  /** Hears of each that failed. */
  readonly onFailed?: (failed: Run & { readonly error: SensoriumError }) => void;
  /** Hears what the caller should know although nothing is wrong. */
  readonly onNote?: (note: string) => void;
}

/** One training of a comparison. */
export interface Run {
  readonly label: string;
  readonly seed: number;
  /** From 1, and of how many. */
  readonly number: number;
  readonly of: number;
}

export interface CompareProgress extends Run {
  /** Of this training. */
  readonly progress: Progress;
  /** Until all are done, as far as they take as long as those before. */
  readonly secondsLeft?: number;
}

/** `compare` of one host. */
export function createCompare(host: Host) {
  return async function compare(source: ManifestSource, options: CompareOptions): Promise<Comparison> {
    const { out = memoryStore() } = options;
    requireOut(out);
    return stoppable(options.signal, async () => {
      const store = typeof out === 'string' ? host.folder(out) : out;
      const lock = await store.lock();
      try {
        return await new Comparing(host, source, store, options).run();
      } finally {
        lock.release();
      }
    });
  };
}

/** A variant, and all that is known of it before it is trained. */
interface PlannedVariant {
  readonly variant: Variant;
  readonly trainable: Trainable;
}

/** One call of `compare`. */
class Comparing {
  private readonly seeds: readonly number[];
  private readonly clock = new Clock();
  private tried: readonly Tried[] = [];

  constructor(
    private readonly host: Host,
    private readonly source: ManifestSource,
    private readonly store: Store,
    private readonly options: CompareOptions,
  ) {
    this.seeds = seedsOf(options.seeds);
  }

  async run(): Promise<Comparison> {
    const { name, planned } = await this.plan();
    const variants = planned.map(({ variant }) => variant);
    const finished = await Finished.in(this.store);
    this.tried = variants.map((variant) => ({ variant, trained: [] }));
    if (this.seeds.length === 1) this.options.onNote?.(oneSeed);
    const of = variants.length * this.seeds.length;
    let number = 0;
    // A whole table of one seed is worth more than half of one of all seeds.
    for (const seed of this.seeds) {
      for (const { variant, trainable } of planned) {
        const run = { label: variant.label, seed, number: ++number, of };
        await this.tryOne(variant, run, await identityOf(trainable, seed), finished);
        await this.write(summarise(name, this.seeds, this.tried));
      }
    }
    if (this.tried.every(({ trained }) => trained.length === 0)) throw required(this.tried[0]?.failure, 'a failure');
    return summarise(name, this.seeds, this.tried);
  }

  /** Every manifest is read, its plugins and tables found, before any is trained. */
  private async plan(): Promise<{ readonly name: string; readonly planned: readonly PlannedVariant[] }> {
    const { over, set = [], from = this.host.from, plugins, packages } = this.options;
    const base = await readManifest(this.source, { set });
    if (Object.hasOwn(over, 'fusion') && !base.manifest.fusion)
      throw withoutFusion(Object.keys(base.manifest.fusions ?? {}));
    const resolver = createPluginResolver({ from, plugins, packages });
    const planned: PlannedVariant[] = [];
    const hashes = new Map<string, Trainable['data']>();
    for (const variant of variantsOf(over, Object.keys(base.manifest.inputs))) {
      const whole = await readManifest(this.source, { set: [...set, ...variant.set] });
      const read = variant.alone === null ? whole : inputAlone(whole, variant.alone);
      const resolution = await resolveManifest(read, resolver);
      const { manifest, versions } = resolution;
      const data = JSON.stringify(manifest.data);
      const found = hashes.get(data) ?? (await this.hashesOfData(manifest, read));
      hashes.set(data, found);
      const files = await this.hashesOfFiles(resolution, read);
      planned.push({ variant, trainable: { manifest, versions, data: found, files } });
    }
    return { name: required(planned[0], 'a variant').trainable.manifest.name, planned };
  }

  private async hashesOfData(manifest: ResolvedManifest, read: ReadManifest): Promise<Trainable['data']> {
    const origin = this.originOf(read);
    const tables = await openTables(manifest, this.options, origin, read, this.options.signal);
    const weights = filesOfWeights(manifest.data);
    return hashesOf({ tables, ...(weights.length > 0 && { start: await readFilesOfWeights(weights, origin) }) });
  }

  /** Of the files that options name, such as those of pretrained encoders. */
  private async hashesOfFiles(resolution: ManifestResolution, read: ReadManifest): Promise<Trainable['files']> {
    const said = new Set<string>();
    const sayOnce = ({ subject = '' }: Progress): void => {
      if (!said.has(subject)) this.options.onNote?.(`downloading ${subject}`);
      said.add(subject);
    };
    const reading = pluginReading(this.cache, sayOnce, this.options.signal);
    const files = await placed(read, () =>
      readPluginFiles(resolution, this.originOf(read).base, this.host.platform, reading),
    );
    const hashes = [...files].map(async ([file, bytes]) => [file, await sha256(bytes)] as const);
    return Object.fromEntries(await Promise.all(hashes));
  }

  private originOf(read: ReadManifest): Origin {
    const { files } = this.options;
    return files ? chosenOrigin(files, this.host.platform) : this.host.origin(read.file, this.cache);
  }

  private get cache(): Store {
    return this.options.cache ?? this.host.cache();
  }

  private async tryOne(variant: Variant, run: Run, identity: string | null, finished: Finished): Promise<void> {
    const { onTrained, onFailed, signal } = this.options;
    signal?.throwIfAborted();
    if (this.resultOf(variant).failure) return;
    try {
      const folder = folderOf(variant, run);
      const known = await finished.metricsOf(folder, identity);
      const metrics = known ?? (await this.train(variant, run)).metrics;
      this.clock.took(metrics.seconds);
      this.record(variant, ({ trained }) => ({
        trained: [...trained, { seed: run.seed, folder, identity, metrics }],
      }));
      onTrained?.({ ...run, metrics });
    } catch (error) {
      if (signal?.aborted || !SensoriumError.is(error)) throw error;
      this.record(variant, () => ({ failure: error }));
      onFailed?.({ ...run, error });
    }
  }

  /** Goes on with what is there, and begins anew where that is of another manifest or other tables. */
  private async train(variant: Variant, run: Run): Promise<{ readonly metrics: Metrics }> {
    const { over, seeds, out, train = createTrain(this.host), onTrained, onFailed, ...common } = this.options;
    const { set = [], onProgress, onNote } = this.options;
    const begun = this.clock.start(run);
    const options: TrainOptions = {
      ...common,
      set: [...set, ...variant.set, `training.seed=${run.seed}`],
      ...(variant.alone !== null && { alone: variant.alone }),
      ...(out !== undefined && { out: this.place(folderOf(variant, run)) }),
      onNote: () => undefined,
      onProgress: (progress) => onProgress?.({ ...run, progress, ...begun(progress) }),
    };
    try {
      return await train(this.source, { ...options, resume: true });
    } catch (error) {
      if (!SensoriumError.is(error) || error.code !== 'SENSORIUM_NOTHING_TO_RESUME') throw error;
      onNote?.(`${run.label}, seed ${run.seed}: manifest, tables or weights have changed, so that it is trained anew`);
      return train(this.source, { ...options, overwrite: true });
    }
  }

  /** A folder within that of the comparison: a path, where that is one. */
  private place(folder: string): string | Store {
    return typeof this.options.out === 'string'
      ? this.store.path(folder)
      : folder.split('/').reduce((store, name) => store.at(name), this.store);
  }

  private resultOf(variant: Variant): Tried {
    return required(
      this.tried.find((one) => one.variant === variant),
      variant.label,
    );
  }

  private record(variant: Variant, change: (tried: Tried) => Partial<Tried>): void {
    this.tried = this.tried.map((one) => (one.variant === variant ? { ...one, ...change(one) } : one));
  }

  private async write(comparison: Comparison): Promise<void> {
    await writeStored(this.store, {
      [COMPARISON_FILE]: `${JSON.stringify(comparison, null, 2)}\n`,
      [COMPARISON_PAGE]: renderComparison(comparison),
    });
  }
}

const folderOf = ({ folder }: Variant, { seed }: Run): string => `${folder}/seed-${seed}`;

/** Throws SENSORIUM_USAGE for what are no seeds. */
function seedsOf(given: CompareOptions['seeds'] = 3): readonly number[] {
  const seeds = typeof given === 'number' ? Array.from({ length: given }, (_, index) => index + 1) : given;
  const isSeed = (seed: number): boolean => Number.isSafeInteger(seed) && seed >= 0;
  if (seeds.length > 0 && seeds.every(isSeed) && new Set(seeds).size === seeds.length) return seeds;
  throw new SensoriumError({
    code: 'SENSORIUM_USAGE',
    message: `the seeds are ${JSON.stringify(given)}; expected how many, or different whole numbers from 0 on`,
    hint: 'For example 3, or 1,2,3.',
  });
}

const oneSeed = 'one seed alone does not tell a difference from chance: with three, deviations stand beside the scores';

function withoutFusion(fusions: readonly string[]): SensoriumError {
  const [first] = fusions;
  return new SensoriumError({
    code: 'SENSORIUM_USAGE',
    message: 'the manifest has no "fusion" in whose place others could be tried',
    hint:
      first === undefined
        ? 'Fusions are compared where several inputs meet in one: add  fusion: concat  to a manifest of several inputs.'
        : `Say which of ${fusions.join(', ')} is meant: over fusions.${first}, in place of fusion.`,
  });
}
