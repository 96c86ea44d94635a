export { moe } from './moe.js';
