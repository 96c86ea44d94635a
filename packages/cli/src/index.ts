export { exitCodes } from './failure.js';
export { main } from './program.js';
