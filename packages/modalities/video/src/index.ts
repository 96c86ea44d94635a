export type { Clip, ClipNeeds, Raster } from '@sensorium/media';
export { video } from './video.js';
