export type { PictureNeeds, Raster } from '@sensorium/media';
export { image } from './image.js';
