/** Small models with random weights in the layout of Hugging Face: the files of a folder, by their paths in it. */
export { clapModel, wav2vec2Model, whisperModel } from './audio-models.js';
export { clipModel, siglipModel, vitModel } from './image-models.js';
export { bertModel } from './text-models.js';
