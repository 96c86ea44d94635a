import { required, SensoriumError } from '@sensorium/contracts';
import type { Store } from '@sensorium/data';
import { openExplainable, ShapleyRuns, type OpenModel, type Platform, type Shapley } from '@sensorium/orchestrator';
import type { Samples } from '../data/dataset.js';
import { columnsReading } from '../features/columns.js';
import { pluginReading } from '../plan/plugin-reading.js';
import { timed, type OnProgress } from '../progress.js';
import { spread } from '../spread.js';

export interface ExplainDataOptions {
  /** Whose answers. Default: the first head that can be explained. */
  readonly head?: string;
  /** Which of the numbers that the head tells apart, by its name: a label. Default: of each row the greatest, its answer. */
  readonly output?: string;
  /** So many rows at most, evenly from all over the table. Default 256 */
  readonly rows?: number;
}

/** What each input contributes to a head's answers, in the mean over rows. */
export interface DataExplanation {
  readonly head: string;
  /** What the explained number is of: a label; null where it is each row's answer. */
  readonly output: string | null;
  /** How many were explained. */
  readonly rows: number;
  /** The mean of the number that is explained, and what it is without any input. */
  readonly value: number;
  readonly none: number;
  /** `%`: it is a share 0…1. */
  readonly unit?: string;
  /** Shapley values by input: the means sum to `value` − `none`. */
  readonly shapley: Readonly<Record<string, MeanShapley>>;
  /** Inputs that were never missing in training, so that what the model says without them it never learned. */
  readonly neverMissing: readonly string[];
}

export interface MeanShapley {
  readonly mean: number;
  /** The mean of the absolute values: how much the input decides, in whichever direction. */
  readonly size: number;
}

const MOST_ROWS = 256;
/** Rows that are read at once. */
const BATCH = 32;

interface Means {
  /** For files that plugins get from elsewhere. */
  readonly cache: Store;
  readonly onProgress?: OnProgress;
  readonly signal?: AbortSignal;
}

/** Shapley values of a model over rows of a table. Throws what `explain` of a pipeline throws. */
export async function explainData(
  model: OpenModel,
  platform: Platform,
  { dataset, rows }: Samples,
  options: ExplainDataOptions & Means,
): Promise<DataExplanation> {
  const { head, output, rows: most = MOST_ROWS, cache, onProgress, signal } = options;
  if (!Number.isInteger(most) || most < 1) throw notSoMany(most);
  const reading = pluginReading(cache, onProgress, signal);
  const source = await openExplainable(model, platform, { head, reading });
  const runs = await ShapleyRuns.open(source);
  try {
    const chosen = spread([...rows], most);
    const only = columnsReading(new Set(runs.tensors), source.parts);
    const report = timed(onProgress);
    const found: Shapley[] = [];
    for (let start = 0; start < chosen.length; start += BATCH) {
      report({ phase: 'explain', done: start, total: chosen.length });
      const batch = Uint32Array.from(chosen.slice(start, start + BATCH));
      found.push(...(await runs.of(await dataset.read(batch, { only }), { output, signal })));
    }
    return {
      head: source.head,
      output: output ?? null,
      rows: found.length,
      ...meansOf(found, runs.inputs),
      ...(source.explained.unit !== undefined && { unit: source.explained.unit }),
      neverMissing: source.neverMissing.filter((name) => runs.inputs.includes(name)),
    };
  } finally {
    await runs.dispose();
  }
}

function meansOf(
  found: readonly Shapley[],
  inputs: readonly string[],
): Pick<DataExplanation, 'value' | 'none' | 'shapley'> {
  const mean = (of: (one: Shapley) => number): number => found.reduce((sum, one) => sum + of(one), 0) / found.length;
  const valueOf = (input: string) => (one: Shapley) => required(one.values[input], input);
  return {
    value: mean(({ all }) => all),
    none: mean(({ none }) => none),
    shapley: Object.fromEntries(
      inputs.map((input) => {
        const own = valueOf(input);
        return [input, { mean: mean(own), size: mean((one) => Math.abs(own(one))) }];
      }),
    ),
  };
}

const notSoMany = (rows: number): SensoriumError =>
  new SensoriumError({
    code: 'SENSORIUM_USAGE',
    message: `${rows} rows are to be explained; expected a whole number, 1 or more`,
    hint: "For example: evaluate('model', { data: 'test.csv', explain: { rows: 100 } })",
  });
