import { readSamples } from './sensor-samples.mjs';

/** A path or the bytes of a file → { width, height, data: the file's own numbers }. */
export const decode = (source) => readSamples(source);
