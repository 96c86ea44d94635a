export { thermal, type ThermalImage } from './thermal.js';
