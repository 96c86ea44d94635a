export { weighted } from './weighted.js';
