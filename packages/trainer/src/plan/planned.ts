import type { ResolvedManifest, Warning } from '@sensorium/contracts';
import type { BackendReport, Plan } from '@sensorium/orchestrator';
import type { ColumnReport } from '../data/survey.js';
import type { FirstLook } from './first-look.js';
import { reportOf, type Decider, type Setup } from './set-up.js';
import { startReport, type StartReport } from './start.js';
import { stepSizeOf, type StepSize } from './step-size.js';

/** What will be trained, on what. JSON. */
export interface Planned {
  readonly plan: Plan;
  readonly backend: BackendReport;
  readonly manifest: ResolvedManifest;
  readonly start?: StartReport;
  /** What will choose the best epoch; null where nothing is validated. */
  readonly decides: Decider | null;
  /** Rows of the tables; of the training table those that are trained on, unless the others validate. */
  readonly rows: { readonly train: number; readonly validation: number; readonly test: number };
  /** A sentence: what validates, and how it was chosen. */
  readonly heldOut: string;
  /** Of the training table. */
  readonly columns: readonly ColumnReport[];
  readonly steps: StepSize & { readonly epochs: number; readonly all: number };
  /** What may well be wrong, with what to do. */
  readonly warnings: readonly Warning[];
  /** What the caller should know although nothing is wrong. */
  readonly notes: readonly string[];
  /** Where only a part is trained on. */
  readonly firstLook?: FirstLook;
}

export function plannedOf(setup: Setup): Planned {
  const { plan, backend, manifest, start, decides, heldOut, reports, warnings, notes, firstLook, split, tables } =
    setup;
  const size = stepSizeOf(manifest.training, split.train.length);
  const { epochs } = manifest.training;
  const validation = tables.validation ? tables.validation.table.rows.length : split.held.length;
  const test = tables.test ? tables.test.table.rows.length : 0;
  return {
    plan,
    backend: reportOf(backend),
    manifest,
    ...(start && { start: startReport(start) }),
    decides,
    rows: { train: split.train.length, validation, test },
    heldOut,
    columns: reports,
    steps: { ...size, epochs, all: size.perEpoch * epochs },
    warnings,
    notes,
    ...(firstLook && { firstLook }),
  };
}
