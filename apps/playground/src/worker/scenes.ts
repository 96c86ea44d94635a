import { createRandom } from '@sensorium/data';
import { encodePng } from '@sensorium/media';
import { generateScene, questions, renderScene, type Question } from '@sensorium/starter/scenes';

/** As many as the embedded model knows. */
const MOST_OBJECTS = 2;
/** Height and width of the pictures that it was trained on. */
const SIZE = 64;
/** As the page shows it. */
const SHOWN_SIZE = 448;

/** A picture of the scenes world, with questions whose answers the scene itself tells. */
export interface DrawnScene {
  /** What the model is given. */
  readonly image: Blob;
  /** The same in more pixels, for people. */
  readonly shown: Blob;
  readonly questions: readonly Question[];
}

/** The same seed draws the same scene. */
export async function drawScene({ seed }: { readonly seed: number }): Promise<DrawnScene> {
  const random = createRandom(seed, 'playground');
  const scene = generateScene(random.fork('scene'), { objects: 1 + random.fork('objects').integer(MOST_OBJECTS) });
  const [image, shown] = await Promise.all([SIZE, SHOWN_SIZE].map((size) => pngOf(renderScene(scene, { size }))));
  return { image: image as Blob, shown: shown as Blob, questions: questions(scene, random.fork('questions')) };
}

export async function pngOf(raster: Parameters<typeof encodePng>[0]): Promise<Blob> {
  return new Blob([(await encodePng(raster)) as Uint8Array<ArrayBuffer>], { type: 'image/png' });
}
