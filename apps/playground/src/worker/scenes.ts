import { required } from '@sensorium/contracts';
import { createRandom } from '@sensorium/data';
import { encodePng } from '@sensorium/media';
import {
  captions,
  generateScene,
  questions,
  renderScene,
  type Question,
  type QuestionKind,
} from '@sensorium/starter/scenes';

/** As many as the embedded model knows. */
const MOST_OBJECTS = 2;
/** Height and width of the pictures that it was trained on. */
const SIZE = 64;
const MOST_QUESTIONS = 6;
/** Kinds of questions whose answer is seen at a glance come first, in this order. */
const easyKinds: readonly QuestionKind[] = ['colour', 'shape', 'size', 'material'];
/** As the page shows it. */
const SHOWN_SIZE = 448;

/** A picture of the scenes world, with questions whose answers the scene itself tells. */
export interface DrawnScene {
  /** What the model is given. */
  readonly image: Blob;
  /** The same in more pixels, for people. */
  readonly shown: Blob;
  /** What it shows, in words. */
  readonly caption: string;
  /** The easiest first. */
  readonly questions: readonly Question[];
}

/** The same seed draws the same scene. The first one shows one object. */
export async function drawScene({ seed }: { readonly seed: number }): Promise<DrawnScene> {
  const random = createRandom(seed, 'playground');
  const scene = generateScene(random.fork('scene'), { objects: 1 + (seed % MOST_OBJECTS) });
  const [image, shown] = await Promise.all([
    pngOf(renderScene(scene, { size: SIZE })),
    pngOf(renderScene(scene, { size: SHOWN_SIZE })),
  ]);
  const caption = required(
    captions(scene).find((sentence) => sentence.endsWith('background')),
    'a caption with the background',
  );
  const asked = questions(scene, random.fork('questions')).sort((a, b) => difficulty(a) - difficulty(b));
  return { image, shown, caption, questions: asked.slice(0, MOST_QUESTIONS) };
}

const difficulty = ({ kind }: Question): number =>
  easyKinds.includes(kind) ? easyKinds.indexOf(kind) : easyKinds.length;

export async function pngOf(raster: Parameters<typeof encodePng>[0]): Promise<Blob> {
  return new Blob([(await encodePng(raster)) as Uint8Array<ArrayBuffer>], { type: 'image/png' });
}

const EXAMPLE_SHAPES = ['star', 'ring'] as const;

/** Drawings of a large object each, for whoever has no pictures at hand: `count` of each kind. */
export function drawExamples({ count }: { readonly count: number }): Promise<{ name: string; pictures: Blob[] }[]> {
  const kinds = EXAMPLE_SHAPES.map(async (shape) => {
    const random = createRandom(1, `examples of ${shape}`);
    const pictures = Array.from({ length: count }, (_, index) => {
      const scene = generateScene(random.fork(String(index)), { objects: 1 });
      const objects = scene.objects.map((object) => ({ ...object, shape, size: 'large' as const }));
      return pngOf(renderScene({ ...scene, background: 'paper', objects }));
    });
    return { name: shape, pictures: await Promise.all(pictures) };
  });
  return Promise.all(kinds);
}
