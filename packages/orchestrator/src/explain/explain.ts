import { required, SensoriumError, type Modality, type Overlay, type Tensors } from '@sensorium/contracts';
import type { OpenModel } from '../load.js';
import { mapRecord } from '../model/parts.js';
import { own } from '../own.js';
import type { RunSampleOptions } from '../pipeline.js';
import type { Platform } from '../platform.js';
import type { Sample } from '../sample.js';
import type { SampleReader } from '../sample-reader.js';
import { AttentionRuns, type AttentionShares } from './attention.js';
import { openExplainable, type Explainable } from './explainable.js';
import { GradientRuns, type InputGradients } from './gradients.js';
import { attendedOverlays, fedTensors, overlaysOf } from './overlays.js';
import { ShapleyRuns, type ShapleyOptions } from './shapley.js';

const methods = ['shapley', 'gradients', 'attention'] as const;
export type ExplanationMethod = (typeof methods)[number];

export interface ExplainOptions extends Omit<RunSampleOptions, 'full'> {
  /** Whose answer. Default: the first head that can be explained. */
  readonly head?: string;
  /** Which of the numbers that the head tells apart, by its name: a label. Default: the greatest, its answer. */
  readonly output?: string;
  /** Default: all. */
  readonly methods?: readonly ExplanationMethod[];
}

/** Why a model answers what it answers. */
export interface Explanation {
  readonly head: string;
  /** What the explained number is of: a label; null where the head gives one number. */
  readonly output: string | null;
  /** The number that is explained. */
  readonly value: number;
  /** `%`: it is a share 0…1. */
  readonly unit?: string;
  /** The values of the inputs that the head reads, decoded: none of one that is missing. */
  readonly inputs: Readonly<Record<string, readonly ExplainedValue[]>>;
  readonly shapley?: ShapleyValues;
  readonly gradients?: GradientExplanation;
  readonly attention?: AttentionExplanation;
}

/** A value of an input, to be shown. */
export interface ExplainedValue {
  readonly modality: Modality;
  readonly value: unknown;
}

/** Exact Shapley values of the inputs. */
export interface ShapleyValues {
  /** What the number would be of a sample without any input. */
  readonly none: number;
  /** What each input contributes: they sum to `value` − `none`. One that is missing contributes 0. */
  readonly values: Readonly<Record<string, number>>;
  /** Inputs that were never missing in training, so that what the model says without them it never learned. */
  readonly neverMissing: readonly string[];
}

/** What the numbers that the graph is fed contribute. */
export interface GradientExplanation {
  /** What the number would be if all of them were 0: black, silent, words that stand for nothing. */
  readonly baseline: number;
  /** Without those that are missing. */
  readonly inputs: Readonly<Record<string, InputGradients & { readonly overlays: InputOverlays }>>;
}

/** For each value of an input; none where its encoder has no way to show them. */
export interface InputOverlays {
  readonly timesInput: readonly Overlay[];
  readonly integrated: readonly Overlay[];
}

/** Where tokens of one input look at those of another. */
export interface AttentionExplanation {
  /** From the inputs on; none where nothing attends. */
  readonly layers: readonly AttentionShares[];
  /** By input, for its value: how much its parts are looked at in the last of the layers, where its encoder can show that. */
  readonly overlays: Readonly<Record<string, readonly Overlay[]>>;
}

/** The explanations of a pipeline, whose graphs are built when they are first asked for. */
export class Explainer {
  private readonly sources = new Kept<Explainable>();
  private readonly shapley = new Kept<ShapleyRuns>();
  private readonly gradients = new Kept<GradientRuns>();
  private readonly attention = new Kept<AttentionRuns | undefined>();

  constructor(
    private readonly model: OpenModel,
    private readonly platform: Platform,
    private readonly reader: SampleReader,
  ) {}

  async explain(sample: Sample, options: ExplainOptions): Promise<Explanation> {
    const { output, seed, base, onNote, signal } = options;
    const asked = methodsOf(options);
    const source = await this.sources.get(options.head ?? '', () =>
      openExplainable(this.model, this.platform, { head: options.head }),
    );
    const { head, explained, parts } = source;
    const shapley = await this.runsOf(source);
    const { inputs } = shapley;
    const tensors = await this.reader.tensors(sample, { inputs, base, onNote, signal });
    const values = await this.reader.values(sample, { inputs, base, signal });
    const { place, all } = await shapley.answer(tensors, { output, seed, signal });
    return {
      head,
      output: explained.names ? required(explained.names[place], `the name ${place}`) : null,
      value: all,
      ...(explained.unit !== undefined && { unit: explained.unit }),
      inputs: mapRecord(values, (own, name) => {
        const { modality } = required(parts.inputs[name], name);
        return own.map((value) => ({ modality, value }));
      }),
      ...(asked.includes('shapley') && {
        shapley: await this.shapleyOf(source, tensors, { output, seed, signal }),
      }),
      ...(asked.includes('gradients') && {
        gradients: await this.gradientsOf(source, { tensors, values, place, seed, signal }),
      }),
      ...(asked.includes('attention') && {
        attention: await this.attentionOf(source, { tensors, values, place, seed, signal }),
      }),
    };
  }

  async dispose(): Promise<void> {
    const opened = [...(await this.shapley.all()), ...(await this.gradients.all()), ...(await this.attention.all())];
    await Promise.all(opened.map(async (runs) => runs?.dispose()));
  }

  private runsOf(source: Explainable): Promise<ShapleyRuns> {
    return this.shapley.get(source.head, () => ShapleyRuns.open(source));
  }

  private async shapleyOf(source: Explainable, tensors: Tensors, options: ShapleyOptions): Promise<ShapleyValues> {
    const runs = await this.runsOf(source);
    const { none, values } = required((await runs.of(tensors, options))[0], 'the values of the sample');
    return { none, values, neverMissing: source.neverMissing.filter((name) => runs.inputs.includes(name)) };
  }

  private async gradientsOf(
    source: Explainable,
    { tensors, values, place, ...how }: Prepared,
  ): Promise<GradientExplanation> {
    const runs = await this.gradients.get(source.head, () => GradientRuns.open(source));
    const { baseline, inputs } = await runs.of(tensors, place, how);
    const shown = Object.entries(inputs).map(async ([name, gradients]) => {
      const part = required(source.parts.inputs[name], name);
      const fed = fedTensors(name, part, tensors);
      const show = (weights: Tensors): Promise<Overlay[]> =>
        overlaysOf(part, own(values, name) ?? [], { fed, weights });
      const overlays = { timesInput: await show(gradients.timesInput), integrated: await show(gradients.integrated) };
      return [name, { ...gradients, overlays }] as const;
    });
    return { baseline, inputs: Object.fromEntries(await Promise.all(shown)) };
  }

  private async attentionOf(
    source: Explainable,
    { tensors, values, seed, signal }: Prepared,
  ): Promise<AttentionExplanation> {
    const runs = await this.attention.get(source.head, () => AttentionRuns.open(source));
    signal?.throwIfAborted();
    const layers = (await runs?.of(tensors, seed)) ?? [];
    const last = Object.assign({}, ...layers.map(({ received }) => received)) as AttentionShares['received'];
    const shown = Object.entries(last).map(async ([name, received]) => {
      const part = required(source.parts.inputs[name], name);
      const fed = fedTensors(name, part, tensors);
      const grid = runs?.gridOf(name);
      return [name, await attendedOverlays(part, own(values, name) ?? [], { fed, received, grid })] as const;
    });
    return { layers, overlays: Object.fromEntries(await Promise.all(shown)) };
  }
}

/** A sample, and the place of its number that is explained. */
interface Prepared extends Pick<ExplainOptions, 'seed' | 'signal'> {
  readonly tensors: Tensors;
  readonly values: Readonly<Record<string, readonly unknown[]>>;
  readonly place: number;
}

/** What is made once for each name. What could not be made is made again the next time. */
class Kept<T> {
  private readonly made = new Map<string, Promise<T>>();

  get(name: string, make: () => Promise<T>): Promise<T> {
    const known = this.made.get(name);
    if (known) return known;
    const promise = make();
    this.made.set(name, promise);
    promise.catch(() => this.made.delete(name));
    return promise;
  }

  /** Those that could be made. */
  async all(): Promise<T[]> {
    const settled = await Promise.allSettled(this.made.values());
    return settled.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  }
}

/** Throws SENSORIUM_USAGE for one that there is not. */
function methodsOf({ methods: asked = methods }: ExplainOptions): readonly ExplanationMethod[] {
  const unknown = asked.find((method) => !methods.includes(method));
  if (unknown === undefined) return asked;
  throw new SensoriumError({
    code: 'SENSORIUM_USAGE',
    message: `there is no explanation "${unknown as string}"`,
    hint: `There are ${methods.join(', ')}.`,
  });
}
