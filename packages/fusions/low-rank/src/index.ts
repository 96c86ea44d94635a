export { lowRank } from './low-rank.js';
