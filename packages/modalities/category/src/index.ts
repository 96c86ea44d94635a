export { category } from './category.js';
