export { gated } from './gated.js';
