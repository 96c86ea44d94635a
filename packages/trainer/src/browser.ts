import { createCheck } from './check.js';
import { createCompare } from './compare/compare.js';
import { createEvaluate } from './evaluate.js';
import { pageHost } from './page-host.js';
import { createTrain } from './train.js';

/**
 * Trains on a page what a manifest (YAML text or an object) describes, on rows in memory or files that a person chose. The
 * result is in memory; with `out`, checkpoints and result are kept in the page's private file system as well. Plugins have to
 * be given. Throws as in Node.
 */
export const train = createTrain(pageHost);

/** Looks at a training without training, as in Node. */
export const check = createCheck(pageHost);

/** Scores a trained model on rows, or on a table among `files`. Throws as in Node. */
export const evaluate = createEvaluate(pageHost);

/** Compares trainings on a page, as in Node; they share the page's memory, which nothing tells of. */
export const compare = createCompare(pageHost);

export * from './everywhere.js';
