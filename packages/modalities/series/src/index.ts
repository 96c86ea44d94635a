export { type Series, timesOfSeries as timesOf } from '@sensorium/media';
export { series } from './series.js';
