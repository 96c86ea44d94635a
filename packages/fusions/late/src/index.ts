export { late } from './late.js';
