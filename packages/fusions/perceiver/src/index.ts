export { perceiver } from './perceiver.js';
