export { table, type Cell, type Row } from './table.js';
