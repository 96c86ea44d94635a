import { chosenPlace } from './chosen.js';
import type { Place } from './place.js';

/** Addresses of http and https: all that a page can read by itself. */
export const web: Place = chosenPlace(new Map());
