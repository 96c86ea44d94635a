export { movementOf, movements, PERIOD, sceneAt, type Movement, type MovementName } from './movement.js';
export { renderFilm, type Film, type FilmOptions } from './film.js';
export { renderSketch } from './sketch.js';
export { renderDepth } from './depth.js';
export { renderThermal } from './thermal.js';
export { renderSound, type SoundOptions } from './sound.js';
export { renderSensor, type SensorOptions } from './sensor.js';
export { sceneFacts, type SceneFacts } from './facts.js';
