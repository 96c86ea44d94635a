import type { Detail, Scores, Shown, Warning } from '@sensorium/contracts';
import type { Skipped } from './data/skipped.js';
import type { FirstLook } from './plan/first-look.js';
import type { StartReport } from './plan/start.js';

/** A loss, the terms that it is the weighted sum of, and those of single modalities. */
export interface Losses {
  /** What training makes small; where modalities are balanced, without the losses of single ones. */
  readonly loss: number;
  /**
   * By name: of each head (`answer`), of each part's own below the part's key (`fusion.balance`), and where modalities are
   * balanced, of each head on one input alone (`alone.answer.image`). Unweighted.
   */
  readonly losses: Readonly<Record<string, number>>;
}

/** Some steps of training in a row: means over them. */
export interface StepReport extends Losses {
  /** The last of them, from 1 and over all epochs. */
  readonly step: number;
  /** At the last of them. */
  readonly learningRate: number;
}

/** One pass over the training table. */
export interface EpochReport extends Losses {
  /** From 1. */
  readonly epoch: number;
  /** 0…1, of its steps that were done; left out where all were. */
  readonly share?: number;
  /** Validation included. */
  readonly seconds: number;
  /**
   * Where there are validation rows: the values of the metrics by head and name, and all losses or none. They are left out
   * where they do not decide and would cost more than the answers do.
   */
  readonly validation?: Partial<Losses> & {
    readonly metrics: Readonly<Record<string, Readonly<Record<string, number>>>>;
  };
}

/** What epochs are compared by. */
export interface Decision {
  /** The head whose metric it is; null for the validation loss, where no head has a meter. */
  readonly head: string | null;
  /** The metric's name; `loss` where there is no head. */
  readonly name: string;
}

/** How the loss grew with the learning rate, and which was chosen by that. */
export interface RangeTest {
  readonly chosen: number;
  readonly points: readonly { readonly learningRate: number; readonly loss: number }[];
}

/** What `metrics.json` of a model folder holds, and what the report shows. */
export interface Metrics {
  readonly name: string;
  readonly backend: string;
  /** Seconds of training, preparation included. */
  readonly seconds: number;
  /** Bytes of main memory that the process had at most, whatever else it did; null where that cannot be known. */
  readonly memory: number | null;
  readonly rows: { readonly train: number; readonly validation: number; readonly test: number };
  readonly parameters: number;
  /** Of weights that training started from. */
  readonly start?: StartReport;
  /** null without validation rows: then the last epoch is kept. */
  readonly decides: Decision | null;
  /** From 1; the epoch whose weights were kept. */
  readonly bestEpoch: number;
  readonly history: readonly EpochReport[];
  /** The course within epochs, in at most 400 stretches of as many steps each but the last. */
  readonly steps: readonly StepReport[];
  /** Of a whole epoch. */
  readonly stepsPerEpoch: number;
  /** Where the learning rate was chosen by one. */
  readonly rangeTest?: RangeTest;
  /** A sentence: what was held out, and how. */
  readonly heldOut: string;
  /** What was told before training, with what to do. */
  readonly warnings: readonly Warning[];
  /** By table (`train`, which validation may be a part of), where rows were left out because they cannot be read. */
  readonly skipped?: Readonly<Record<string, Skipped>>;
  /** Where only a part was trained on. */
  readonly firstLook?: FirstLook;
  /** Where `training.minutes` ended it after `steps` of `of` steps. */
  readonly limit?: { readonly minutes: number; readonly steps: number; readonly of: number };
  /** Of each head that has a meter. Chosen on, so it flatters a little. */
  readonly validation?: Readonly<Record<string, Scores>>;
  /** Of each head that has a meter, on the table that nothing was chosen on. */
  readonly test?: Readonly<Record<string, Scores>>;
}

/** A value as people see it, or why it cannot be shown. */
export type Sight = Shown | { readonly problem: string };

/** A sample of the report, with its answer. */
export interface Example {
  readonly head: string;
  /** By the badness that the head's meter gives it; `some` where the head has none. */
  readonly rank: 'worst' | 'best' | 'some';
  /** By the inputs' names: none where the value is missing, several where a cell holds many. */
  readonly inputs: Readonly<Record<string, readonly Sight[]>>;
  /** None where the head learns from no column. */
  readonly truth: readonly Sight[];
  readonly answer: {
    readonly text: string;
    readonly confidence?: number;
    /** The answer itself, where it is a picture, a sound or the like. */
    readonly media?: Sight;
  };
  /** What the head's meter says of it: the runner-up, the error. */
  readonly details: readonly Detail[];
}

/** A value of the training table, and how training varies it. */
export interface Variation {
  /** Of its input or head. */
  readonly name: string;
  readonly value: Sight;
  readonly variants: readonly Sight[];
}

/** The text of `metrics.json`. Galleries keep their titles alone: their values are not JSON, and the report shows them. */
export const metricsToJson = (metrics: Metrics): string =>
  `${JSON.stringify({ ...metrics, validation: withoutMedia(metrics.validation), test: withoutMedia(metrics.test) }, null, 2)}\n`;

/** Scores as JSON: what cannot be written is left out. */
export function withoutMedia(
  scores: Readonly<Record<string, Scores>> | undefined,
): Readonly<Record<string, unknown>> | undefined {
  if (!scores) return undefined;
  return Object.fromEntries(
    Object.entries(scores).map(([head, { panels, ...others }]) => [
      head,
      panels === undefined ? others : { ...others, panels: panels.map(panelToJson) },
    ]),
  );
}

const panelToJson = (panel: NonNullable<Scores['panels']>[number]): unknown =>
  panel.kind === 'gallery' ? { ...panel, items: panel.items.map(({ title }) => ({ title })) } : panel;
