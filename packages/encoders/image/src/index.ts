export { image } from './image.js';
