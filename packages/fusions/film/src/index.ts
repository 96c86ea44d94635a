export { film } from './film.js';
