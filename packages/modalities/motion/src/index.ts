export { motion, timesOf, type Motion } from './motion.js';
