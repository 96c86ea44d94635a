/** Models in the layout of Hugging Face in Node: as a folder, from a server, and one that is written node by node. */
export { type Model, writeModel } from './hub-models/folder.js';
export { type Commits, type Hub, startHub } from './hub-models/hub.js';
export { wav2vec2Model } from './hub-models/wave-model.js';
