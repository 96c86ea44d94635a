import { openAnimation } from './animation-sharp.js';
import { openWithAv } from './video-av.js';
import type { OpenFilm } from './video-platform.js';

/** sharp for animated pictures, and FFmpeg for films. */
export const openFilmInNode: OpenFilm = (bytes, format, name) =>
  format === 'GIF' || format === 'WebP' ? openAnimation(bytes) : openWithAv(bytes, format, name);
