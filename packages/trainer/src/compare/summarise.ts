import { required, type Scores, type SensoriumError } from '@sensorium/contracts';
import { mapRecord } from '@sensorium/orchestrator';
import type { EpochReport, Metrics } from '../metrics.js';
import {
  spreadOf,
  type ComparedMetric,
  type ComparedRow,
  type ComparedRun,
  type Comparison,
  type Values,
} from './comparison.js';
import type { Variant } from './variants.js';

/** A variant, and what came of it until now. */
export interface Tried {
  readonly variant: Variant;
  readonly trained: readonly (Pick<ComparedRun, 'seed' | 'folder' | 'identity'> & { readonly metrics: Metrics })[];
  readonly failure?: SensoriumError;
}

/** The comparison as far as it has come. */
export function summarise(name: string, seeds: readonly number[], tried: readonly Tried[]): Comparison {
  const metrics = metricsOf(tried.flatMap(({ trained }) => trained.map((one) => one.metrics)));
  const rows = tried.map((one) => rowOf(one, metrics));
  return { name, seeds, metrics, rows, best: bestOf(rows, metrics[0]) };
}

/** What the trainings are scored by; they have the same heads. */
function metricsOf(all: readonly Metrics[]): ComparedMetric[] {
  const [first] = all;
  if (!first) return [];
  const scores = Object.entries(first.validation ?? first.test ?? {}).map(([head, { decides, metrics }]) => {
    const { title, unit, better } = required(metrics[decides], `the metric "${decides}" of "${head}"`);
    return { head, name: decides, ...(title !== undefined && { title }), ...(unit !== undefined && { unit }), better };
  });
  const { decides } = first;
  if (decides?.head === null) return [{ head: null, name: decides.name, better: 'lower' }, ...scores];
  const isDeciding = ({ head }: ComparedMetric): boolean => head === decides?.head;
  return [...scores.filter(isDeciding), ...scores.filter((metric) => !isDeciding(metric))];
}

function rowOf({ variant, trained, failure }: Tried, metrics: readonly ComparedMetric[]): ComparedRow {
  const all = trained.map((one) => one.metrics);
  const memory = all.flatMap((one) => one.memory ?? []);
  return {
    label: variant.label,
    set: variant.set,
    alone: variant.alone,
    scores: metrics.map((metric) => ({
      validation: spreadOf(all.flatMap((one) => validationOf(one, metric) ?? [])),
      test: spreadOf(all.flatMap((one) => valueOf(one.test, metric) ?? [])),
    })),
    parameters: all[0]?.parameters ?? null,
    seconds: spreadOf(all.map(({ history }) => history.reduce((sum, { seconds }) => sum + seconds, 0))),
    memory: memory.length > 0 ? Math.max(...memory) : null,
    losses: lossesOf(all),
    runs: trained.map(({ seed, folder, identity, metrics: { bestEpoch, history, validation, test } }) => ({
      ...{ seed, folder, identity, bestEpoch, epochs: history.length },
      ...{ validation: valuesOf(validation), test: valuesOf(test) },
    })),
    failure: failure ? failureOf(failure) : null,
  };
}

const failureOf = ({ code, message, hint }: SensoriumError): ComparedRow['failure'] => ({
  code,
  message,
  ...(hint !== undefined && { hint }),
});

const keptEpoch = ({ history, bestEpoch }: Metrics): EpochReport =>
  required(history[bestEpoch - 1], `the report of epoch ${bestEpoch}`);

const validationOf = (metrics: Metrics, metric: ComparedMetric): number | undefined =>
  metric.head === null ? keptEpoch(metrics).validation?.loss : valueOf(metrics.validation, metric);

type Judged = Readonly<Record<string, Scores>> | undefined;

const valueOf = (scores: Judged, { head, name }: ComparedMetric): number | undefined =>
  head === null ? undefined : scores?.[head]?.metrics[name]?.value;

const valuesOf = (scores: Judged): Values =>
  mapRecord(scores ?? {}, ({ metrics }) => mapRecord(metrics, ({ value }) => value));

/** Of a model with one loss alone there is nothing to tell beside its scores. */
function lossesOf(all: readonly Metrics[]): ComparedRow['losses'] {
  const losses = all.map((metrics) => {
    const epoch = keptEpoch(metrics);
    return epoch.validation?.losses ?? epoch.losses;
  });
  const names = Object.keys(losses[0] ?? {});
  if (names.length < 2) return {};
  return Object.fromEntries(
    names.flatMap((name) => {
      const spread = spreadOf(losses.flatMap((one) => one[name] ?? []));
      return spread ? [[name, spread]] : [];
    }),
  );
}

/** Of rows that were trained with every seed. */
function bestOf(rows: readonly ComparedRow[], metric: ComparedMetric | undefined): string | null {
  const judged = rows.flatMap(({ label, scores, failure }) => {
    const value = scores[0]?.validation?.mean;
    return value === undefined || Number.isNaN(value) || failure ? [] : [{ label, value }];
  });
  if (!metric || judged.length === 0) return null;
  const sign = metric.better === 'higher' ? 1 : -1;
  return judged.reduce((best, one) => (sign * one.value > sign * best.value ? one : best)).label;
}
