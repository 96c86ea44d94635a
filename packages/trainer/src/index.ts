import { createCheck } from './check.js';
import { createCompare } from './compare/compare.js';
import { createEvaluate } from './evaluate.js';
import { nodeHost } from './node-host.js';
import { createTrain } from './train.js';

/**
 * Trains what a manifest describes and writes the model's folder: model.onnx, manifest.json, metrics.json, report.html.
 * Until these are whole, a model that was there stays, and the folder has a checkpoint from which training can go on.
 *
 * Throws what `check` throws and all errors of media, with file and row; SENSORIUM_NOT_FINITE;
 * SENSORIUM_NOTHING_TO_RESUME; SENSORIUM_LOCKED where another training writes into the folder; SENSORIUM_DISK_FULL,
 * SENSORIUM_NO_PERMISSION, SENSORIUM_IO; SENSORIUM_USAGE for an `out` that is neither path nor store; and the signal's
 * reason.
 */
export const train = createTrain(nodeHost);

/**
 * Reads the manifest and the tables, builds the program that would be trained, checks what the heads learn from in all rows,
 * looks for the files of the first 10,000 values of each column and decodes the first 4, without training. Throws all errors
 * of manifests, plugins, tables and backends, those of the values that were decoded, and the signal's reason.
 */
export const check = createCheck(nodeHost);

/**
 * Scores a trained model on a table or rows. Throws what loading a model and reading a table throw; SENSORIUM_UNSEEN_LABEL;
 * SENSORIUM_USAGE without `data`; and the signal's reason.
 */
export const evaluate = createEvaluate(nodeHost);

/**
 * Trains what a manifest describes several times, each with another value of some of its keys, another seed, and each input
 * alone; gives scores, parameters, time and memory of each, and writes compare.json and compare.html beside a folder for each
 * training. Each has the same budget, and what is prepared, and computed by frozen parts, is shared.
 *
 * All manifests are read before any is trained: what is wrong with one is thrown. A training that fails is a row that says
 * why, unless all fail. Throws besides what `train` throws for folders, SENSORIUM_USAGE, and the signal's reason once the
 * running training has saved its checkpoint: the same call goes on from there.
 */
export const compare = createCompare(nodeHost);

export * from './everywhere.js';
