export { number } from './number.js';
