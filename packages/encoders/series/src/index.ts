export { series } from './series.js';
