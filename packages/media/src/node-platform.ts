import { openWithSharp } from './decode-sharp.js';
import type { Platform } from './platform.js';
import { readNode } from './read-node.js';

/** Files of the local disk, and sharp. */
export const nodePlatform: Platform = {
  formats: ['JPEG', 'PNG', 'WebP', 'GIF', 'AVIF', 'TIFF'],
  readAddress: readNode,
  openPicture: openWithSharp,
};
