export { multiplicative } from './multiplicative.js';
