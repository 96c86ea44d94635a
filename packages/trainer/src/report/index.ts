export { renderReport, type ReportOptions } from './report.js';
