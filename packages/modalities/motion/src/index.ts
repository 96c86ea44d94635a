export { timesOfSeries as timesOf } from '@sensorium/media';
export { motion, type Motion } from './motion.js';
