export { video } from './video.js';
