export { exitCodes } from './failure.js';
export { main } from './main.js';
