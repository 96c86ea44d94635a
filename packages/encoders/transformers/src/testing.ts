export { writeModel, type Model } from './testing/folder.js';
export { startHub, type Commits, type Hub } from './testing/hub.js';
export {
  bertModel,
  clapModel,
  clipModel,
  siglipModel,
  vitModel,
  wav2vec2Model,
  whisperModel,
} from './testing/models.js';
