export * from './scenes/tables/index.js';
