export { renderReport } from './report.js';
