/** Models in the layout of Hugging Face, as a folder and from a server. */
export { type Model, writeModel } from './hub-models/folder.js';
export { type Commits, type Hub, startHub } from './hub-models/hub.js';
