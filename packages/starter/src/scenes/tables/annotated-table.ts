import { sceneExamples, type SceneExamplesOptions } from '../dataset.js';
import { clearMargin } from '../language/directions.js';
import { attributeNames, type SceneObject } from '../scene.js';
import { writeSceneTable } from './scene-table.js';

/** What a cell says where a question names no such object, or the scene has none. */
const NONE = 'none';

const thirds = (names: readonly [string, string, string], at: number): string =>
  at < 1 / 3 ? names[0] : at > 2 / 3 ? names[2] : names[1];

/** One of three words for how far apart two places are along an axis. */
const apart = (names: readonly [string, string, string], from: number, to: number): string =>
  to - from >= clearMargin ? names[0] : from - to >= clearMargin ? names[2] : names[1];

/** What is said of each object that a question names. */
const describing = {
  ...Object.fromEntries(attributeNames.map((name) => [name, (object: SceneObject): string => object[name]])),
  column: ({ x }: SceneObject) => thirds(['left', 'middle', 'right'], x),
  row: ({ y }: SceneObject) => thirds(['top', 'middle', 'bottom'], y),
};

/** How the first object that a question names lies to the second. */
const relating = {
  across: (one: SceneObject, two: SceneObject) => apart(['left', 'level', 'right'], one.x, two.x),
  down: (one: SceneObject, two: SceneObject) => apart(['above', 'level', 'below'], one.y, two.y),
};

/** Columns of an annotated table beside image, question and answer: `colour1` is that of the first object named. */
export const annotations: readonly string[] = [
  ...[1, 2].flatMap((place) => Object.keys(describing).map((name) => `${name}${place}`)),
  ...Object.keys(relating),
];

/**
 * Renders scenes to PNG files and their questions to a table `<split>.csv` with the columns image, question, answer and
 * `annotations`: the objects that each question is about, which is what a lesson in understanding questions asks for.
 */
export function writeAnnotatedTable(folder: string, options: Required<SceneExamplesOptions>): Promise<void> {
  const rows = function* () {
    for (const { scene, question, answer, about } of sceneExamples(options)) {
      yield { scene, cells: { question, answer, ...annotate(about) } };
    }
  };
  return writeSceneTable(folder, options.split, ['question', 'answer', ...annotations], rows());
}

function annotate([one, two]: readonly (SceneObject | undefined)[]): Record<string, string> {
  const described = [one, two].flatMap((object, index) =>
    Object.entries(describing).map(([name, of]) => [`${name}${index + 1}`, object ? of(object) : NONE]),
  );
  const related = Object.entries(relating).map(([name, of]) => [name, one && two ? of(one, two) : NONE]);
  return Object.fromEntries([...described, ...related]) as Record<string, string>;
}
