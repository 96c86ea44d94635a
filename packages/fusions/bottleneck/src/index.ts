export { bottleneck } from './bottleneck.js';
