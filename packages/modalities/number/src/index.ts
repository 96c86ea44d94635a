export { number } from './number.js';
export { parseNumber } from './parse-number.js';
