export { thermal } from './thermal.js';
