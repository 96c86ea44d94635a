/** What training leaves in a model's folder, beside the model itself. */
export const CHECKPOINT_FILE = 'checkpoint.safetensors';
export const METRICS_FILE = 'metrics.json';
export const REPORT_FILE = 'report.html';

/** A checkpoint that a new training in the folder does not go on from, from 1. */
export const previousCheckpointFile = (number: number): string =>
  `checkpoint.previous${number > 1 ? `-${number}` : ''}.safetensors`;

export const isPreviousCheckpoint = (name: string): boolean => /^checkpoint\.previous(-\d+)?\.safetensors$/.test(name);

/** What a comparison leaves in its folder, beside a folder for each training. */
export const COMPARISON_FILE = 'compare.json';
export const COMPARISON_PAGE = 'compare.html';
