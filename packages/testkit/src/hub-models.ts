/**
 * Small models with random weights in the layout of Hugging Face, to test and measure with, in Node and on pages: the files of a
 * folder, by their paths in it.
 */
export { clapModel, whisperModel } from './hub-models/audio-models.js';
export { clipModel, siglipModel, vitModel } from './hub-models/image-models.js';
export { bertModel } from './hub-models/text-models.js';
