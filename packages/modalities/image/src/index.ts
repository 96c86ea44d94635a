export type { Raster } from '@sensorium/media';
export { image } from './image.js';
