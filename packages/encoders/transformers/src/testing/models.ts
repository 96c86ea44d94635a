/** Small models with random weights in the layout of Hugging Face: the files of a folder, by their paths in it. */
export { clapModel, wav2vec2Model, whisperModel, type SpectrumModel } from './audio-models.js';
export { clipModel, siglipModel, vitModel, type PictureModel } from './image-models.js';
export { bertModel, vocabulary, type TextModel } from './text-models.js';
