export { mutualFilm } from './mutual-film.js';
