export { motion } from './motion.js';
