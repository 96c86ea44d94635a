export { audio } from './audio.js';
