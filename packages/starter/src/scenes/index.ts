export { backgrounds, colours, materials, shapes, sizes } from './scene.js';
export type { BackgroundName, ColourName, MaterialName, Scene, SceneObject, ShapeName, SizeName } from './scene.js';
export { generateScene } from './generate.js';
export type { SceneOptions } from './generate.js';
export { renderScene } from './render.js';
export type { RenderOptions } from './render.js';
export { captions } from './language/captions.js';
export { trueFacts } from './language/true-facts.js';
export { answers } from './language/answers.js';
export { questionKinds, questions } from './language/questions.js';
export type { Question, QuestionKind } from './language/questions.js';
export { sceneCaptions, sceneDataset, sceneExamples, sceneSample } from './dataset.js';
export type {
  SceneCaption,
  SceneCaptionsOptions,
  SceneDatasetOptions,
  SceneExample,
  SceneExamplesOptions,
  SceneSample,
  SceneSplit,
} from './dataset.js';
export { captionIn, languages, type LanguageName } from './language/languages.js';
export {
  movementOf,
  movements,
  renderDepth,
  renderFilm,
  renderSensor,
  renderSketch,
  renderSound,
  renderThermal,
  sceneAt,
  sceneFacts,
} from './senses/index.js';
export type {
  Film,
  FilmOptions,
  Movement,
  MovementName,
  SceneFacts,
  SensorOptions,
  SoundOptions,
} from './senses/index.js';
