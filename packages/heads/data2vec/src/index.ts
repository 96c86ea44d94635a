export { data2vec } from './data2vec.js';
