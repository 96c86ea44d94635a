export { tensor } from './tensor.js';
