import type { ResolvedManifest } from '@sensorium/contracts';
import { createRandom, permutation } from '@sensorium/data';
import { mapRecord } from '@sensorium/orchestrator';
import type { OpenTable } from '../data/open-table.js';
import type { Tables } from '../data/table.js';

/** Enough to see whether a model learns at all, and few enough to be prepared in half a minute, pictures included. */
const MOST_ROWS = { train: 1000, validation: 300, test: 300 } as const;

/** Of training. */
const MOST_MINUTES = 1;

/** What a first look leaves out. */
export interface FirstLook {
  /** Of the training table, before anything is held out. */
  readonly rows: number;
  readonly of: number;
  /** The limit of time. */
  readonly minutes: number;
}

export interface FirstLookSetup {
  readonly tables: Tables<OpenTable>;
  readonly manifest: ResolvedManifest;
  readonly firstLook: FirstLook;
}

/** Leaves so many rows of each table, drawn by the seed and in their order, and limits the time. The model is the whole one. */
export function firstLookAt(tables: Tables<OpenTable>, manifest: ResolvedManifest): FirstLookSetup {
  const { training } = manifest;
  const { train, ...others } = tables;
  const some = (open: OpenTable, name: keyof typeof MOST_ROWS): OpenTable =>
    someRows(open, MOST_ROWS[name], training.seed, name);
  const own = some(train, 'train');
  const minutes = Math.min(training.minutes ?? MOST_MINUTES, MOST_MINUTES);
  return {
    tables: { train: own, ...mapRecord(others, (open, name) => some(open, name as keyof typeof others)) },
    manifest: { ...manifest, training: { ...training, minutes } },
    firstLook: { rows: own.table.rows.length, of: train.table.rows.length, minutes },
  };
}

function someRows(open: OpenTable, most: number, seed: number, name: string): OpenTable {
  const drawn = permutation(open.table.rows.length, createRandom(seed, `first look/${name}`)).slice(0, most);
  const chosen = new Set(drawn);
  return open.withRows(open.table.rows.filter((_, index) => chosen.has(index)));
}

/** A sentence for people. */
export const describeFirstLook = ({ rows, of, minutes }: FirstLook): string =>
  `a first look: ${rows} of ${of} rows of the training table, at most ${minutes} min of training; not a model to keep`;
