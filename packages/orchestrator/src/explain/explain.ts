import { required, type Modality } from '@sensorium/contracts';
import type { OpenModel } from '../load.js';
import { mapRecord } from '../model/parts.js';
import type { RunSampleOptions } from '../pipeline.js';
import type { Platform } from '../platform.js';
import type { Sample } from '../sample.js';
import type { SampleReader } from '../sample-reader.js';
import { openExplainable, type Explainable } from './explainable.js';
import { ShapleyRuns } from './shapley.js';

export interface ExplainOptions extends Omit<RunSampleOptions, 'full'> {
  /** Whose answer. Default: the first head that can be explained. */
  readonly head?: string;
  /** Which of the numbers that the head tells apart, by its name: a label. Default: the greatest, its answer. */
  readonly output?: string;
}

/** Why a model answers what it answers. JSON but for `inputs`. */
export interface Explanation {
  /** The values of the inputs that the head reads, decoded: none of one that is missing. */
  readonly inputs: Readonly<Record<string, readonly ExplainedValue[]>>;
  readonly head: string;
  /** What the explained number is of: a label; null where the head gives one number. */
  readonly output: string | null;
  /** The number that is explained. */
  readonly value: number;
  /** `%`: it is a share 0…1. */
  readonly unit?: string;
  readonly shapley: ShapleyValues;
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

/** The explanations of a pipeline, whose graphs are built when they are first asked for. */
export class Explainer {
  private readonly opened = new Map<string, Promise<Opened>>();

  constructor(
    private readonly model: OpenModel,
    private readonly platform: Platform,
    private readonly reader: SampleReader,
  ) {}

  async explain(sample: Sample, options: ExplainOptions): Promise<Explanation> {
    const { head, output, seed, base, onNote, signal } = options;
    const { source, shapley } = await this.open(head);
    const { inputs } = shapley;
    const tensors = await this.reader.tensors(sample, { inputs, base, onNote, signal });
    const values = await this.reader.values(sample, { inputs, base, signal });
    const [found] = await shapley.of(tensors, { output, seed, signal });
    const { place, all, none, values: shares } = required(found, 'the values of the sample');
    const { names, unit } = source.explained;
    return {
      inputs: mapRecord(values, (own, name) => {
        const { modality } = required(source.parts.inputs[name], name);
        return own.map((value) => ({ modality, value }));
      }),
      head: source.head,
      output: names ? required(names[place], `the name ${place}`) : null,
      value: all,
      ...(unit !== undefined && { unit }),
      shapley: { none, values: shares, neverMissing: source.neverMissing.filter((name) => inputs.includes(name)) },
    };
  }

  async dispose(): Promise<void> {
    const opened = await Promise.allSettled([...this.opened.values()]);
    await Promise.all(opened.flatMap((one) => (one.status === 'fulfilled' ? [one.value.shapley.dispose()] : [])));
  }

  /** One that could not be opened is opened again the next time. */
  private open(head: string | undefined): Promise<Opened> {
    const key = head ?? '';
    const known = this.opened.get(key) ?? this.load(head);
    this.opened.set(key, known);
    known.catch(() => this.opened.delete(key));
    return known;
  }

  private async load(head: string | undefined): Promise<Opened> {
    const source = await openExplainable(this.model, this.platform, head);
    return { source, shapley: await ShapleyRuns.open(source) };
  }
}

interface Opened {
  readonly source: Explainable;
  readonly shapley: ShapleyRuns;
}
